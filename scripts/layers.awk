# Turns lib/LAYERS into make variables: MODULES and PROGRAMMES, and for each name
# modules_NAME (everything it links, top-down) and packages_NAME (pkg-config names).
# The name "all" stands for every module.
BEGIN { FS = "|" }
/^[ \t]*(#|$)/ { next }
{
	name = $1; gsub(/[ \t]/, "", name)
	uses[name] = $2; packages[name] = $4
	if (name ~ /^aiops-/) programmes[++np] = name
	else { modules[++nm] = name; all = all " " name }
}
# Every module that the words of list need, themselves included, marked in seen.
function close_over(list, seen,    n, w, i) {
	n = split(list, w, " ")
	for (i = 1; i <= n; i++)
		if (!(w[i] in seen)) { seen[w[i]] = 1; close_over(uses[w[i]], seen) }
}
function emit(name, list, own,    seen, i, out, pk, n, w, have) {
	split("", seen); split("", have)
	close_over(list, seen)
	pk = own
	for (i = nm; i >= 1; i--)
		if (modules[i] in seen) { out = out " " modules[i]; pk = pk " " packages[modules[i]] }
	n = split(pk, w, " "); pk = ""
	for (i = 1; i <= n; i++)
		if (!(w[i] in have)) { have[w[i]] = 1; pk = pk " " w[i] }
	print "modules_" name " =" out
	print "packages_" name " =" pk
}
END {
	printf "MODULES ="; for (i = 1; i <= nm; i++) printf " %s", modules[i]
	printf "\nPROGRAMMES ="; for (i = 1; i <= np; i++) printf " %s", programmes[i]; print ""
	for (i = 1; i <= nm; i++) emit(modules[i], modules[i], "")
	for (i = 1; i <= np; i++) emit(programmes[i], uses[programmes[i]], packages[programmes[i]])
	emit("all", all, "")
}
