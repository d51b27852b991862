#!/bin/sh
# Every order of every small history, about a million.
exec env ANSINH_TEST_ORDERS=all tests/merge/orders.t
