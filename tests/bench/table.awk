# Rows of the benches as a table; -v markdown=1 for a document.
# In: subject, size, measure, unit, ours, peer, the peer's figure, bound.
# A bound is ratio<=X, ratio>=X, ours<=X, ours>=X or "-"; the ratio is ours to
# theirs.
BEGIN {
	FS = "\t"
	n = split("subject|size|measure|ours|peer|theirs|ratio|to reach|reached",
	    head, "|")
	for (i = 1; i <= n; i++)
		width[i] = length(head[i])
}
function keep(column, text) {
	cell[NR, column] = text
	if (length(text) > width[column])
		width[column] = length(text)
}
function with_unit(figure, unit) {
	if (figure == "-" || unit == "-")
		return figure
	return figure " " unit
}
{
	ratio = $5 ~ /^[0-9.]+$/ && $7 ~ /^[0-9.]+$/ && $7 > 0 ? $5 / $7 : "-"
	bound = $8
	reached = "-"
	if (bound == "failed") {
		bound = "-"
		reached = "FAILED"
	} else if (match(bound, /[<>]=/)) {
		left = substr(bound, 1, RSTART - 1) == "ours" ? $5 : ratio
		limit = substr(bound, RSTART + 2) + 0
		if (left !~ /^[0-9.]/)
			reached = "not measured"
		else if (substr(bound, RSTART, 1) == "<")
			reached = left + 0 <= limit ? "yes" : "NO"
		else
			reached = left + 0 >= limit ? "yes" : "NO"
	}
	sub(/[<>]=/, " & ", bound)
	keep(1, $1)
	keep(2, $2)
	keep(3, $3)
	keep(4, with_unit($5, $4))
	keep(5, $6)
	keep(6, with_unit($7, $4))
	if (ratio != "-")
		ratio = sprintf(ratio >= 100 ? "%.0f" : "%.2f", ratio)
	keep(7, ratio)
	keep(8, bound)
	keep(9, markdown && reached == "NO" ? "**no**" : reached)
}
function line(row, i, text, out) {
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
	line(0)
	if (markdown)
		print "|---|---|---|---|---|---|---|---|---|"
	for (r = 1; r <= NR; r++)
		line(r)
}
