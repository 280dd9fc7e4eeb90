# Times difference and equivalence tests of all cells by whole vectors, family by family, in plain R. Arguments: a file of doubles (of
# every family the register, the census, its standard errors and its degrees of freedom) and the number of cells of each.
args <- commandArgs(trailingOnly = TRUE)
file <- file(args[1], "rb")
families <- lapply(as.integer(args[-1]), function(n) replicate(4, readBin(file, "double", n), simplify = FALSE))
close(file)
cat("version", "base", paste0(R.version$major, ".", R.version$minor), "\n")
tests <- function(f) {
  r <- f[[1]]; c <- f[[2]]; se <- f[[3]]; df <- f[[4]]
  d <- r - c
  t <- qt(0.975, df)
  p <- 2 * pt(-abs(d) / se, df)
  above <- (r - 0.95 * c) / (0.95 * se)
  below <- (1.05 * c - r) / (1.05 * se)
  list(d - t * se, d + t * se, p.adjust(p, "BH"), pt(pmin(above, below), df, lower.tail = FALSE))
}
cat("tests", median(replicate(3, system.time(for (f in families) tests(f))[["elapsed"]])), "\n")
