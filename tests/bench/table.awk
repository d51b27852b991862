# Rows of the benches as a table; -v markdown=1 for a document.
# In: subject, size, measure, unit, ours, peer, the peer's figure, bound.
# The same row several times is of several turns: of ours and of theirs the
# median counts, and the ratio is of these; behind it stand the least and the
# greatest ratio of a turn.
# A bound is ratio<=X, ratio>=X, ours<=X, ours>=X, two of them with a space
# between, or "-"; the ratio is ours to theirs.  Or it is "failed" or "missing".
BEGIN {
	FS = "\t"
	n = split("subject|size|measure|ours|peer|theirs|ratio|turns|" \
	    "to reach|reached", head, "|")
	for (i = 1; i <= n; i++)
		width[i] = length(head[i])
}
function is_figure(text) {
	return text ~ /^[0-9.]+$/
}
function median(list, i, k, t, count, v) {
	count = split(list, v, " ")
	for (i = 2; i <= count; i++)
		for (k = i; k > 1 && v[k - 1] + 0 > v[k] + 0; k--) {
			t = v[k]; v[k] = v[k - 1]; v[k - 1] = t
		}
	return v[int((count + 1) / 2)]
}
function digits(ratio) {
	return sprintf(ratio >= 100 ? "%.0f" : "%.2f", ratio)
}
function with_unit(figure, unit) {
	return figure == "-" || unit == "-" ? figure : figure " " unit
}
{
	key = $1 FS $2 FS $3 FS $6 FS $8
	if (!(key in row_of)) {
		row_of[key] = ++rows
		line_of[rows] = $0
		low[rows] = high[rows] = -1
	}
	r = row_of[key]
	turns[r]++
	ours[r] = ours[r] " " $5
	theirs[r] = theirs[r] " " $7
	if (is_figure($5) && is_figure($7) && $7 > 0) {
		ratio = $5 / $7
		if (low[r] < 0 || ratio < low[r])
			low[r] = ratio
		if (ratio > high[r])
			high[r] = ratio
	}
}
function reached(bound, our, ratio, left) {
	if (!match(bound, /[<>]=/))
		return "-"
	left = substr(bound, 1, RSTART - 1) == "ours" ? our : ratio
	if (!is_figure(left))
		return "not measured"
	if (substr(bound, RSTART, 1) == "<")
		return left + 0 <= substr(bound, RSTART + 2) + 0 ? "yes" : "NO"
	return left + 0 >= substr(bound, RSTART + 2) + 0 ? "yes" : "NO"
}
function keep(row, column, text) {
	cell[row, column] = text
	if (length(text) > width[column])
		width[column] = length(text)
}
function make(r,  i, f, our, their, ratio, told, bounds, count, all, one) {
	split(line_of[r], f, FS)
	our = median(ours[r])
	their = median(theirs[r])
	ratio = "-"
	if (is_figure(our) && is_figure(their) && their > 0)
		ratio = our / their
	told = ratio == "-" ? "-" : digits(ratio)
	if (ratio != "-" && turns[r] > 1)
		told = told " (" digits(low[r]) " to " digits(high[r]) ")"
	all = "-"
	if (f[8] == "failed" || f[8] == "missing") {
		all = f[8] == "failed" ? "FAILED" : "not measured"
		f[8] = "-"
	}
	count = split(f[8], bounds, " ")
	for (i = 1; i <= count; i++) {
		one = reached(bounds[i], our, ratio)
		if (all == "-" || all == "yes")
			all = one
	}
	gsub(/ /, ", ", f[8])
	gsub(/[<>]=/, " & ", f[8])
	keep(r, 1, f[1])
	keep(r, 2, f[2])
	keep(r, 3, f[3])
	keep(r, 4, with_unit(our, f[4]))
	keep(r, 5, f[6])
	keep(r, 6, with_unit(their, f[4]))
	keep(r, 7, told)
	keep(r, 8, our == "-" ? "-" : turns[r])
	keep(r, 9, f[8])
	keep(r, 10, markdown && all == "NO" ? "**no**" : all)
}
function print_row(row, i, text, out) {
	out = markdown ? "|" : ""
	for (i = 1; i <= n; i++) {
		text = row == 0 ? head[i] : cell[row, i]
		if (markdown)
			out = out " " text " |"
		else if (i == n)
			out = out text
		else
			out = out sprintf("%-*s  ", width[i], text)
	}
	print out
}
END {
	for (r = 1; r <= rows; r++)
		make(r)
	print_row(0)
	if (markdown)
		print "|---|---|---|---|---|---|---|---|---|---|"
	for (r = 1; r <= rows; r++)
		print_row(r)
}
