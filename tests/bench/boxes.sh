# Sourced by run: control groups of 256 MB of memory and a tenth of a core.

# boxes_make: sets BOX to their folders; fails where there are none to be had.
boxes_make() {
	root=/sys/fs/cgroup
	name=ansinh-bench-$$
	if [ -f "$root/cgroup.controllers" ]; then
		BOX=$root/$name
		{
			echo "+cpu +memory" >"$root/cgroup.subtree_control" &&
				mkdir "$BOX" && echo 256M >"$BOX/memory.max" &&
				echo 10000 100000 >"$BOX/cpu.max"
		} 2>/dev/null
	else
		BOX="$root/memory/$name $root/cpu/$name"
		{
			# shellcheck disable=SC2086
			mkdir $BOX &&
				echo 256M >"$root/memory/$name/memory.limit_in_bytes" &&
				echo 100000 >"$root/cpu/$name/cpu.cfs_period_us" &&
				echo 10000 >"$root/cpu/$name/cpu.cfs_quota_us"
		} 2>/dev/null
	fi
}

boxes_drop() {
	for group in ${BOX-}; do
		rmdir "$group" 2>/dev/null || :
	done
}
