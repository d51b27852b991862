# The frozen world in which every test runs.
export TZ=Asia/Ho_Chi_Minh LC_ALL=C.UTF-8 LANGUAGE=vi
export ANSINH_NOW=${ANSINH_NOW-2026-01-15T08:00:00}
export ANSINH_TEST_KDF=1 ANSINH_TEST_RELEASE_DAY=2026-01-01
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0
export UBSAN_OPTIONS=print_stacktrace=1
unset ANSINH_HOME ANSINH_PASSPHRASE_FD NO_COLOR
srcdir_abs=$(cd "$srcdir" && pwd)
export srcdir_abs
