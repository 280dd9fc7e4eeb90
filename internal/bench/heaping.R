# Times four indices of age heaping over all communes, by the published formulas in plain R: this is not DemoTools. Arguments:
# a file of doubles, 100 ages a commune, and the number of communes. Prints a line a piece of work, and the sums of the indices.
args <- commandArgs(trailingOnly = TRUE)
communes <- as.integer(args[2])
p <- matrix(readBin(args[1], "double", communes * 100), nrow = communes, byrow = TRUE)
cat("version", "base", paste0(R.version$major, ".", R.version$minor), "\n")
age <- 0:99
at <- function(a) a + 1
whipple <- function(v) 500 * sum(v[at(seq(25, 60, 5))]) / sum(v[at(23:62)])
myers <- function(v) {
  blended <- sapply(0:9, function(d) (d + 1) * sum(v[at(seq(10 + d, 79, 10))]) + (9 - d) * sum(v[at(seq(20 + d, 89, 10))]))
  sum(abs(100 * blended / sum(blended) - 10)) / 2
}
bachi <- function(v) {
  pct <- numeric(10)
  for (s in 23:27) for (d in c(s %% 10, (s + 5) %% 10)) {
    one <- s:(s + 49); two <- one + 1
    pct[d + 1] <- 50 * (sum(v[at(one[one %% 10 == d])]) / sum(v[at(one)]) + sum(v[at(two[two %% 10 == d])]) / sum(v[at(two)]))
  }
  sum(abs(pct - 10)) / 2
}
spoorenberg <- function(v) {
  sum(sapply(0:9, function(d) {
    a <- (20:64)[20:64 %% 10 == d]
    abs(1 - 5 * sum(v[at(a)]) / sum(v[at(c(outer(-2:2, a, "+")))]))
  }))
}
each <- function() apply(p, 1, function(v) c(whipple(v), myers(v), bachi(v), spoorenberg(v)))

# All communes at once: sums over ages are products with matrices of weights, made once.
weights <- function(ages) as.numeric(age %in% ages)
W <- cbind(weights(seq(25, 60, 5)), weights(23:62))
M <- sapply(0:9, function(d) (d + 1) * weights(seq(10 + d, 79, 10)) + (9 - d) * weights(seq(20 + d, 89, 10)))
windows <- lapply(0:9, function(d) { s <- 23 + (d - 3) %% 5; s:(s + 49) })
B1 <- sapply(0:9, function(d) weights(windows[[d + 1]][windows[[d + 1]] %% 10 == d]))
B2 <- sapply(windows, weights)
B3 <- sapply(0:9, function(d) weights((windows[[d + 1]] + 1)[(windows[[d + 1]] + 1) %% 10 == d]))
B4 <- sapply(windows, function(w) weights(w + 1))
S1 <- sapply(0:9, function(d) weights((20:64)[20:64 %% 10 == d]))
S2 <- sapply(0:9, function(d) weights(c(outer(-2:2, (20:64)[20:64 %% 10 == d], "+"))))
together <- function() {
  w <- p %*% W; m <- p %*% M
  b <- 50 * ((p %*% B1) / (p %*% B2) + (p %*% B3) / (p %*% B4))
  rbind(500 * w[, 1] / w[, 2], rowSums(abs(100 * m / rowSums(m) - 10)) / 2, rowSums(abs(b - 10)) / 2,
        rowSums(abs(1 - 5 * (p %*% S1) / (p %*% S2))))
}
elapsed <- function(expr) system.time(expr)[["elapsed"]]
cat("each", elapsed(a <- each()), "\n")
cat("together", median(replicate(5, elapsed(b <<- together()))), "\n")
stopifnot(max(abs(a - b)) < 1e-8)
cat("sums", format(rowSums(a), digits = 15), "\n")
