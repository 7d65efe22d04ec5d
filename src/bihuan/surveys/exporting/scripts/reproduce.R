# Work the figures of this survey out again from answers-codes.csv, with functions of base R only:
#     Rscript reproduce.R
# Reads answers-codes.csv and plan.csv, writes reproduced.csv, compares with figures.csv. Exit code 1 if anything differs.

level <- 0.95
read <- function(name) read.csv(name, fileEncoding = "UTF-8-BOM", check.names = FALSE, colClasses = "character",
                                na.strings = character(0), comment.char = "")
answers <- read("answers-codes.csv")
if ("excluded" %in% names(answers)) answers <- answers[answers$excluded != "1", , drop = FALSE]
plan <- read("plan.csv")
stated <- read("figures.csv")

column <- function(name) {  # -99 to -92, and the same below -10^15, say why there is no answer
  x <- suppressWarnings(as.numeric(answers[[name]]))
  x[!is.na(x) & (x < -1e14 | (x >= -99 & x <= -92))] <- NA
  x
}
parts <- function(text) strsplit(text, ";", fixed = TRUE)[[1]]
answered <- function(step) {  # one column each, the favourable end of the scale up
  low <- as.numeric(step$low); high <- as.numeric(step$high)
  found <- mapply(function(name, turned) {
    x <- column(name)
    if (turned == "1") low + high - x else x
  }, parts(step$columns), parts(step$turned), SIMPLIFY = FALSE)
  matrix(unlist(found), nrow = nrow(answers))
}
line <- function(measure, name, side, n, value = NA, low = NA, high = NA)
  data.frame(measure = measure, name = name, side = side, n = n, value = value, low = low, high = high)
# Weighted by segment (strata), with the spread between buses and interviewers (clusters) where the file tells them.
design <- function(y, rows = TRUE) {
  keep <- !is.na(y) & rows & !is.na(strata); y <- y[keep]; s <- strata[keep]; g <- clusters[keep]
  n <- length(y); none <- list(n = n, mean = NA, se = NA, df = NA, effective = NA)
  if (n == 0) return(none)
  sizes <- tapply(y, s, length); part <- if (length(shares)) shares[names(sizes)] else 1
  part <- part / sum(part); means <- tapply(y, s, mean)
  m <- sum(part * means); residual <- y - as.vector(means[as.character(s)])
  squares <- tapply(residual^2, s, sum); free <- sizes - 1
  none <- list(n = n, mean = m, se = NA, df = NA, effective = 1 / sum(part^2 / sizes))
  if (any_cluster) {  # linearised variance between clusters; who is in none stands alone
    r <- as.vector((part / sizes)[as.character(s)]) * residual
    group <- ifelse(nchar(g) > 0, g, paste0("\r", seq_along(g)))
    totals <- tapply(r, group, sum); k <- length(totals)
    if (k < 2) return(none)
    v <- k / (k - 1) * sum(totals^2); df <- k - 1
  } else {
    if (sum(free) == 0) return(none)
    own <- ifelse(free > 0, squares / pmax(free, 1), sum(squares) / sum(free))
    terms <- part^2 * own / sizes; v <- sum(terms)
    spread <- sum((terms^2 / pmax(free, 1))[free > 0]); df <- if (spread > 0) v^2 / spread else sum(free)
  }
  if (!(v > 1e-15 * max(1, m^2))) return(none)
  spread <- sum(part * (squares / sizes + (means - m)^2)) * n / max(1, n - 1)
  list(n = n, mean = m, se = sqrt(v), df = df, effective = if (spread > 0) n / (v * n / spread) else NA)
}
mean_line <- function(measure, step, y, rows = TRUE, lowest = -Inf, highest = Inf) {
  d <- design(y, rows)
  half <- if (is.na(d$se)) NA else qt(0.5 + level / 2, d$df) * d$se
  line(measure, step$name, step$side, d$n, d$mean, max(lowest, d$mean - half), min(highest, d$mean + half))
}
share_line <- function(measure, step, y, hits) {  # Wilson 1927 on the effective number of answers
  d <- design(ifelse(is.na(y), NA, as.numeric(y %in% hits)))
  if (d$n == 0) return(line(measure, step$name, step$side, 0))
  n <- d$effective; p <- min(1, max(0, d$mean)); count <- p * n; z <- qnorm(0.5 + level / 2)
  centre <- (count + z^2 / 2) / (n + z^2)
  half <- z / (n + z^2) * sqrt(count * (n - count) / n + z^2 / 4)
  line(measure, step$name, step$side, d$n, p, if (count == 0) 0 else max(0, centre - half),
       if (count == n) 1 else min(1, centre + half))
}
nps_line <- function(step, y) {
  if (length(shares) || any_cluster)
    return(mean_line("nps", step, ifelse(y >= 9, 100, ifelse(y <= 6, -100, 0)), TRUE, -100, 100))
  x <- y[!is.na(y)]; n <- length(x)  # adjusted Wald: 3/4 more promoters and detractors, 3 more answers
  if (n == 0) return(line("nps", step$name, step$side, 0))
  p <- sum(x >= 9); d <- sum(x <= 6); z <- qnorm(0.5 + level / 2)
  centre <- (p - d) / (n + 3)
  se <- sqrt(max(0, (p + d + 1.5) / (n + 3) - centre^2) / (n + 3))
  line("nps", step$name, step$side, n, 100 * (p - d) / n, 100 * max(-1, centre - z * se), 100 * min(1, centre + z * se))
}
weighted_line <- function(measure, step, x, w) {  # weights that an imported file brought with it
  keep <- !is.na(x) & w > 0; x <- x[keep]; w <- w[keep]; n <- length(x)
  if (n == 0) return(line(measure, step$name, step$side, 0))
  m <- sum(w * x) / sum(w)
  v <- if (n > 1) n / (n - 1) * sum((w * (x - m))^2) / sum(w)^2 else NA
  if (n < 2 || v <= 1e-15 * max(1, m^2)) return(line(measure, step$name, step$side, n, m))
  half <- qt(0.5 + level / 2, n - 1) * sqrt(v)
  line(measure, step$name, step$side, n, m, m - half, m + half)
}
alpha_line <- function(step, x, rows) {  # Cronbach 1951, interval of Feldt 1987
  keep <- stats::complete.cases(x) & rows & !is.na(strata); x <- x[keep, , drop = FALSE]; s <- strata[keep]
  n <- nrow(x); k <- ncol(x); nothing <- line("alpha", step$name, step$side, n)
  if (n < 2) return(nothing)
  sizes <- tapply(s, s, length); part <- if (length(shares)) shares[names(sizes)] else 1
  part <- part / sum(part); w <- as.vector((part / sizes)[as.character(s)])
  m <- colSums(w * x); v <- (t(x) %*% (w * x) - outer(m, m)) * n / (n - 1)
  effective <- 1 / sum(part^2 / sizes)
  if (any(diag(v) <= 1e-12) || sum(v) <= 1e-12 || effective < 2) return(nothing)
  a <- k / (k - 1) * (1 - sum(diag(v)) / sum(v)); size <- if (length(shares)) max(3, round(effective)) else n
  f <- qf(c(0.5 + level / 2, 0.5 - level / 2), size - 1, (size - 1) * (k - 1))
  line("alpha", step$name, step$side, n, a, 1 - (1 - a) * f[1], 1 - (1 - a) * f[2])
}
kano_class <- matrix(c("Q", "A", "A", "A", "O",  "R", "I", "I", "I", "M",  "R", "I", "I", "I", "M",
                       "R", "I", "I", "I", "M",  "R", "R", "R", "R", "Q"), 5, byrow = TRUE)

segments <- plan[plan$kind == "segment", ]
shares <- stats::setNames(as.numeric(segments$columns), segments$name)
strata <- if (length(shares)) ifelse(answers$segment %in% names(shares), answers$segment, NA) else rep("1", nrow(answers))
cluster <- plan$columns[plan$kind == "cluster"]
clusters <- if (length(cluster)) answers[[cluster[1]]] else rep("", nrow(answers))
any_cluster <- any(nchar(clusters) > 0)
weight <- plan$columns[plan$kind == "weight"]
weights <- if (length(weight)) { w <- column(weight[1]); w[is.na(w)] <- 0; pmax(w, 0) } else NULL
work <- function(step) {
  x <- answered(step)
  if (step$kind %in% c("item", "nps")) {
    y <- x[, 1]
    found <- rbind(mean_line("mean", step, y),
                   share_line("top_share", step, y, as.numeric(parts(step$top))),
                   share_line("bottom_share", step, y, as.numeric(parts(step$bottom))))
    if (step$kind == "nps") found <- rbind(found, nps_line(step, y))
    if (!is.null(weights)) found <- rbind(found, weighted_line("weighted_mean", step, y, weights))
    return(found)
  }
  if (step$kind == "score") {
    rows <- if (nchar(step$versions)) column("form_version") %in% as.numeric(parts(step$versions)) else rep(TRUE, nrow(x))
    found <- mean_line("score", step, rowMeans(x), rows)
    if (ncol(x) > 1) found <- rbind(found, alpha_line(step, x, rows))
    if (!is.null(weights)) found <- rbind(found, weighted_line("weighted_score", step, rowMeans(x), weights))
    return(found)
  }
  if (step$kind == "gap") { step$side <- ""; return(mean_line("gap", step, x[, 1] - x[, 2])) }
  both <- x[stats::complete.cases(x), , drop = FALSE]
  classes <- kano_class[both]
  do.call(rbind, lapply(c("M", "O", "A", "I", "R", "Q"), function(letter)
    line("kano", paste0(step$name, ":", letter), "", nrow(both), sum(classes == letter))))
}
steps <- which(plan$kind %in% c("item", "nps", "score", "gap", "kano"))
found <- if (nrow(answers)) do.call(rbind, lapply(steps, function(i) work(plan[i, ]))) else NULL
if (is.null(found)) found <- line("", "", "", 0)[0, ]
write.csv(found, "reproduced.csv", row.names = FALSE, na = "", fileEncoding = "UTF-8")

near <- function(a, b) (is.na(a) & is.na(b)) | (!is.na(a) & !is.na(b) & abs(a - b) <= 1e-8 * pmax(1, abs(b)))
key <- function(t) paste(t$measure, t$name, t$side, sep = "\r")
for (name in c("n", "value", "low", "high")) stated[[name]] <- suppressWarnings(as.numeric(stated[[name]]))
free <- rep(TRUE, nrow(stated)); differ <- 0
for (i in seq_len(nrow(found))) {
  hit <- which(free & key(stated) == key(found[i, ]) & near(stated$n, found$n[i]) & near(stated$value, found$value[i]) &
                 near(stated$low, found$low[i]) & near(stated$high, found$high[i]))
  if (length(hit)) free[hit[1]] <- FALSE else { differ <- differ + 1; print(found[i, ]) }
}
cat(sprintf("%d figures from %d answers; %d differ, %d were not found\n", nrow(found), nrow(answers), differ, sum(free)))
if (differ > 0 || any(free)) quit(status = 1)
