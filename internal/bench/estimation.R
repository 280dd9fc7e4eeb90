# Times R's package survey on a file of persons. Argument: the file. Prints a line a piece of work: its name, seconds.
suppressMessages(library(survey))
read <- system.time(d <- read.csv(commandArgs(trailingOnly = TRUE)[1]))[["elapsed"]]
cat("version", as.character(packageVersion("survey")), paste0(R.version$major, ".", R.version$minor), "\n")
d$one <- 1
d$child <- as.integer(d$age < 15)
d$group <- factor(pmin(d$age %/% 5, 16))
say <- function(work, seconds) { cat(work, seconds, "\n"); flush(stdout()) }
elapsed <- function(expr) system.time(expr)[["elapsed"]]
say("read", read)
say("design", elapsed(s <- svydesign(id = ~psu, strata = ~stratum, weights = ~weight, data = d)))
say("mean", median(replicate(3, elapsed(svymean(~child, s)))))
say("province_sex", elapsed(svyby(~one, ~province + sex, s, svytotal)) + elapsed(svyby(~child, ~province + sex, s, svymean)))
say("age_by_province", elapsed(svyby(~group, ~province, s, svymean)))

# District totals in one pass over the columns, in plain R: what a compiled engine is held against.
psu <- d$psu; district <- d$district; w <- d$weight
first <- !duplicated(psu); stratum <- d$stratum[first][order(psu[first])]
size <- tabulate(stratum)
onepass <- function() {
  key <- (psu - 1) * 600 + district
  t <- rowsum(w, key); at <- as.numeric(rownames(t)); t <- t[, 1]
  cell <- (at - 1) %% 600 + 1; h <- stratum[(at - 1) %/% 600 + 1]
  k <- (h - 1) * 600 + cell
  s1 <- rowsum(cbind(t, t^2), k); n <- size[(as.numeric(rownames(s1)) - 1) %/% 600 + 1]
  v <- n / (n - 1) * (s1[, 2] - s1[, 1]^2 / n)
  c1 <- (as.numeric(rownames(s1)) - 1) %% 600 + 1
  cbind(rowsum(s1[, 1], c1), sqrt(rowsum(v, c1)))
}
say("district_one_pass", median(replicate(5, elapsed(onepass()))))
say("district_totals", elapsed(svyby(~one, ~district, s, svytotal)))
say("median_age", elapsed(for (p in 1:63) svyquantile(~age, subset(s, province == p), 0.5)))
set.seed(1)
say("bootstrap", elapsed(svyby(~one, ~province, as.svrepdesign(s, type = "bootstrap", replicates = 200), svytotal)))
