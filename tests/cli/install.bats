#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` lays out, and that an administrator's files survive it.

bats_require_minimum_version 1.5.0

setup()
{
	ROOT=$BATS_TEST_DIRNAME/../..
	BUILD=${WATCHCAP_BUILD:-$ROOT/build/sanitize}
	export DESTDIR=$BATS_TEST_TMPDIR/root
}

install_all()
{
	cmake --install "$BUILD" --prefix /usr >"$BATS_TEST_TMPDIR/log"
}

@test "everything lands where auditd, systemd and the administrator look for it" {
	install_all
	[ -x "$DESTDIR/usr/sbin/watchcap" ]
	[ -f "$DESTDIR/etc/watchcap/watchcap.conf" ]
	[ "$(stat -c %a "$DESTDIR/etc/audit/plugins.d/watchcap.conf")" = 640 ]
	[ -f "$DESTDIR/etc/watchcap/rules.d/20-kernel-helpers.ini" ]
	[ ! -e "$DESTDIR/etc/watchcap/rules.d/audit" ]
	[ -f "$DESTDIR/lib/systemd/system/watchcap.service" ]
	[ -f "$DESTDIR/usr/share/watchcap/audit/40-watchcap.rules" ]
	grep -q '^active = no$' "$DESTDIR/etc/audit/plugins.d/watchcap.conf"
	"$DESTDIR/usr/sbin/watchcap" check -c "$DESTDIR/etc/watchcap/watchcap.conf" --rules "$DESTDIR/etc/watchcap/rules.d"
}

@test "a changed configuration stays; the new one is put beside it" {
	install_all
	echo '# mine' >>"$DESTDIR/etc/watchcap/watchcap.conf"
	install_all
	grep -q '^# mine$' "$DESTDIR/etc/watchcap/watchcap.conf"
	diff "$DESTDIR/etc/watchcap/watchcap.conf.new" "$ROOT/conf/watchcap.conf"
	[ ! -e "$DESTDIR/etc/audit/plugins.d/watchcap.conf.new" ]
}

@test "the plugin entry has what auditd takes: two words of arguments at most" {
	local args
	args=$(sed -n 's/^args = //p' "$ROOT/conf/plugins.d/watchcap.conf")
	[ "$(wc -w <<<"$args")" -le 2 ]
	grep -q '^format = string$' "$ROOT/conf/plugins.d/watchcap.conf"
	grep -q '^path = /usr/sbin/watchcap$' "$ROOT/conf/plugins.d/watchcap.conf"
}

@test "systemd takes the unit" {
	command -v systemd-analyze >/dev/null || skip "systemd-analyze is not installed"
	install_all
	sed "s,/usr/sbin/watchcap,$DESTDIR/usr/sbin/watchcap," "$ROOT/systemd/watchcap.service" \
		>"$BATS_TEST_TMPDIR/watchcap.service"
	run -0 systemd-analyze verify "$BATS_TEST_TMPDIR/watchcap.service"
	[[ $output != *watchcap.service:* ]]
}
