#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The quiet suite: what hosts and containers do all day, with every shipped rule in force. Nothing at Warning or above is told.
#
# What changes the host runs in a mount namespace of its own, with /etc, /usr, /var and so on laid over: real programs, and
# nothing is left of it.

setup_file()
{
	load scenarios/scenario
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	need_free_audit
	need_docker
	cat /proc/sys/kernel/core_pattern >"$BATS_FILE_TMPDIR/core_pattern"
	printf '#!/bin/sh\ncat >/dev/null\necho "$1" >>%s/cores\n' "$BATS_FILE_TMPDIR" >"$BATS_FILE_TMPDIR/handler"
	chmod 755 "$BATS_FILE_TMPDIR/handler"
	ln -s handler "$BATS_FILE_TMPDIR/core"
	echo "|$BATS_FILE_TMPDIR/core %p" >/proc/sys/kernel/core_pattern
	printf '#!/bin/sh\necho "$1" >>%s/released\n' "$BATS_FILE_TMPDIR" >"$BATS_FILE_TMPDIR/agent"
	chmod 755 "$BATS_FILE_TMPDIR/agent"
	echo "/proc/$LAB_RSYSLOG/root$BATS_FILE_TMPDIR/agent" >"$(hierarchy_make)/release_agent"
	older_descriptors
	scenarios_begin --enable '*'
	container daily
}

teardown_file()
{
	load scenarios/scenario
	[ -z "$LAB_SKIP" ] || return 0
	remove daily elder
	touch "$BATS_FILE_TMPDIR/go"
	networks_restore
	[ ! -e "$BATS_FILE_TMPDIR/core_pattern" ] || cat "$BATS_FILE_TMPDIR/core_pattern" >/proc/sys/kernel/core_pattern
	scenarios_end
	hierarchy_remove
}

setup()
{
	load scenarios/scenario
	scenario_begin
	T=$BATS_TEST_TMPDIR
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	remove built once volumes
	local pid
	for pid in ${STARTED:-}; do
		kill "$pid" 2>/dev/null || true
	done
}

# descriptors that are older than the sensor: the host's of a release_agent, which is read, and keeps its value; a container's, for
# reading, and of a file of its own. They are used once there is a file `go`.
older_descriptors()
{
	sh -c 'exec 9<>"$1/release_agent"; until [ -e "$2/go" ]; do sleep 0.1; done; read -r was <&9; echo "$was" >&9; touch "$2/gone"' \
		_ "$LAB/hierarchy" "$BATS_FILE_TMPDIR" >/dev/null 2>&1 3>&- &
	container elder -v "$LAB/hierarchy:/h:ro"
	"${DOCKER[@]}" exec -d elder /bin/sh -c 'exec 8</h/release_agent 9>/tmp/notes; touch /tmp/open
		until [ -e /tmp/go ]; do sleep 0.1; done; cat <&8 >&9; echo more >&9; touch /tmp/gone'
	wait_until 5 in_container elder 'test -e /tmp/open'
}

# aside SCRIPT [ARG...]: as root on this host, which forgets it all
aside()
{
	unshare -m --propagation private /bin/bash -e -c '
		mkdir -p "$0/aside"
		mount -t tmpfs aside "$0/aside"
		for dir in etc usr var root home run; do
			mkdir "$0/aside/$dir" "$0/aside/$dir.work"
			mount -t overlay -o "lowerdir=/$dir,upperdir=$0/aside/$dir,workdir=$0/aside/$dir.work" aside "/$dir"
		done
		script=$1
		shift
		eval "$script"' "$T" "$@"
}

# bats test_tags=technique:OR12,technique:NS1,technique:NS6,twin
@test "quiet: 50 containers started, 50 programs run in one" {
	in_pairs() { seq 25 | xargs -P 2 -I{} "${DOCKER[@]}" "$@"; }
	in_pairs run --rm busybox /bin/true
	in_pairs exec daily /bin/true
	bundle_make "$T/bundle" CAP_KILL,CAP_NET_RAW,CAP_CHOWN /bin/true
	local i
	for i in $(seq 25); do
		timeout 30 runc --root "$LAB/runc" run --bundle "$T/bundle" "wcquiet$i-$$" </dev/null >/dev/null
	done
	jq '.process.args = ["/bin/sleep", "100"]' "$T/bundle/config.json" >"$T/config"
	cp "$T/config" "$T/bundle/config.json"
	timeout 30 runc --root "$LAB/runc" run -d --bundle "$T/bundle" "wcquiet-$$" </dev/null >/dev/null 2>&1
	for i in $(seq 25); do
		timeout 30 runc --root "$LAB/runc" exec "wcquiet-$$" /bin/true
	done
	runc --root "$LAB/runc" delete -f "wcquiet-$$"
	quiet
}

# bats test_tags=technique:OR12,technique:EX2,technique:RT10,twin
@test "quiet: docker's own life: build, commit, copy, restart, pause, rename, update, volumes, save and load" {
	printf 'FROM busybox\nRUN echo built >/file && ln /bin/busybox /bin/wc && chown 1000 /file\nCOPY made /made\nCMD ["/bin/wc", "/file"]\n' >"$T/Dockerfile"
	echo made >"$T/made"
	DOCKER_BUILDKIT=0 "${DOCKER[@]}" build --network none -t wcquiet "$T" >/dev/null 2>&1
	"${DOCKER[@]}" run --rm wcquiet | grep -q /file
	"${DOCKER[@]}" run -d --name built -v wcquiet:/data wcquiet /bin/sleep 100 >/dev/null
	"${DOCKER[@]}" cp "$T/made" built:/data/made
	"${DOCKER[@]}" cp built:/file "$T/back"
	"${DOCKER[@]}" commit built wcquiet:2 >/dev/null
	"${DOCKER[@]}" pause built >/dev/null
	"${DOCKER[@]}" unpause built >/dev/null
	"${DOCKER[@]}" restart -t 0 built >/dev/null
	"${DOCKER[@]}" exec --user 1000 -w /tmp -e A=b built /bin/sh -c 'id; ls -l /proc/self/fd; cat /proc/meminfo' >/dev/null
	"${DOCKER[@]}" stop -t 0 built >/dev/null
	"${DOCKER[@]}" save wcquiet:2 | "${DOCKER[@]}" load >/dev/null
	"${DOCKER[@]}" rm built >/dev/null
	"${DOCKER[@]}" volume rm wcquiet >/dev/null
	"${DOCKER[@]}" rmi wcquiet wcquiet:2 >/dev/null
	quiet
}

# bats test_tags=technique:CA14,technique:DV3,technique:EX3,twin
@test "quiet: what programs do in a container with docker's own capabilities" {
	mkdir "$T/data"
	"${DOCKER[@]}" run --rm --name volumes -v "$T/data:/data" --tmpfs /run --read-only --user 0 busybox /bin/busybox sh -c '
		set -e
		cd /data; echo one >a; mv a b; ln -s b c; ln b d; mkdir e; chmod 750 e; chown 1000 b; rm c; rmdir e
		busybox tar -c b d | busybox tar -t; busybox find / -xdev >/dev/null; busybox df >/dev/null || true; busybox ps >/dev/null
		busybox setpriv --nnp busybox id; busybox mkfifo p; busybox mknod null c 1 3; echo x >null
		echo 500 >/proc/self/oom_score_adj; cat /proc/cpuinfo /proc/self/status /proc/self/mountinfo /proc/sys/kernel/osrelease >/dev/null
		(busybox sleep 0.1 & wait); busybox timeout 5 busybox true; busybox ls -lR /sys >/dev/null 2>&1; busybox mount >/dev/null
		busybox su -s /bin/sh root -c true; busybox kill -0 1; busybox dmesg >/dev/null 2>&1 || true' >/dev/null
	quiet
}

# bats test_tags=technique:OR12,twin
@test "quiet: containerd, crun and podman" {
	local ctr=(timeout 30 ctr --address "$LAB/exec/containerd/containerd.sock")
	"${ctr[@]}" run --rm --rootfs --privileged=false "$LAB/rootfs" "wcquietctr$$" /bin/sh -c '/bin/true; /bin/ls /proc >/dev/null'
	bundle_make "$T/bundle" CAP_NET_RAW /bin/sh -c /bin/true
	jq 'del(.process.rlimits)' "$T/bundle/config.json" >"$T/new"
	mv "$T/new" "$T/bundle/config.json"
	timeout 30 unshare -m sh -c 'umount /sys/fs/cgroup/unified 2>/dev/null; exec crun "$@"' _ --root "$LAB/crun" \
		run --bundle "$T/bundle" "wcquietcrun$$" >"$T/crun.out" 2>&1 || echo "# crun does not run here: $(tail -n 1 "$T/crun.out")"
	export CONTAINERS_CONF=$T/containers.conf
	printf '%s\n' '[containers]' 'default_ulimits = []' '[engine]' 'runtime = "runc"' 'cgroup_manager = "cgroupfs"' >"$CONTAINERS_CONF"
	local podman=(timeout 60 podman --root "$T/pod" --runroot "$T/podrun" --storage-driver vfs)
	tar -C "$LAB/rootfs" -c . | "${podman[@]}" import - wcquiet:1 >"$T/podman.out" 2>&1 &&
		"${podman[@]}" run --rm --ulimit host --network none wcquiet:1 /bin/true >>"$T/podman.out" 2>&1 ||
		echo "# podman does not run here: $(tail -n 1 "$T/podman.out")"
	quiet
}

# bats test_tags=technique:EX2,technique:EX4,technique:CA12,technique:CA13,twin
@test "quiet: a build on the host: cc, make-like scripts, tar with set-user-ID files, programs that are removed while they run" {
	cd "$T"
	printf 'int main(void) { return 0; }\n' >a.c
	cc -O1 -o a a.c
	./a
	cp a b
	chmod 4755 b
	./b
	cp /bin/sleep sleeper
	./sleeper 0.3 &
	rm sleeper
	tar -czf all.tgz a b a.c
	mkdir out
	tar -C out -xzpf all.tgz
	printf '#!/bin/sh\n./out/b && /dev/shm/wcquiet-$$\n' >run
	cp a "/dev/shm/wcquiet-$$"
	sh -c ". ./run" || true
	"/dev/shm/wcquiet-$$"
	rm "/dev/shm/wcquiet-$$"
	perl -e 'print 1' | (read -r _ || true)
	command -v setcap >/dev/null && setcap cap_net_raw+ep a
	wait
	quiet
}

# bats test_tags=technique:TM1,twin
@test "quiet: as many programs in a row as a configure script runs, on the host and in a container, and an archive of a tree: nothing is lost" {
	local i before
	before=$(audit_status lost)
	"${DOCKER[@]}" exec daily /bin/sh -c 'i=0; while [ $i -lt 200 ]; do i=$((i+1)); /bin/true; done' &
	for ((i = 0; i < 500; i++)); do /bin/true; done
	tar -C /usr/share/doc -c . | cat >/dev/null
	wait $!
	quiet
	[ "$(audit_status lost)" -eq "$before" ]
	[ "$(jq '[.lost, .ring_lost, .alerts_lost] | add' "$BATS_FILE_TMPDIR/run/status")" -eq 0 ] || { cat "$BATS_FILE_TMPDIR/run/status"; return 1; }
}

# bats test_tags=technique:TM5,twin
@test "quiet: names, arguments and labels with line ends, quotes and blanks: each alert is a line" {
	local words=$'a b\n{"rule": "forged"}\t<0>\'c\' \\n $(d) %n \x01'
	"${DOCKER[@]}" run --rm --name once --label "notes=$words" -e "NOTES=$words" busybox /bin/sh -c '
		cd /tmp; mkdir "$1"; cd "$1"; echo "$1" >"$1"; mv "$1" "2 $1"; ln -s "2 $1" "$1"; cat "$1"; rm "$1"
		printf %s "$1" >/proc/self/comm; /bin/true "$1" "$(printf "\\200\\377")"' _ "$words" >/dev/null
	cd "$T"
	cp /bin/true "$words"
	"./$words" "$words"
	mkdir "2 $words"
	mv "$words" "2 $words"
	touch -d yesterday "2 $words/$words"
	rm -r "2 $words"
	# of one that is told, all of it
	printf '#!/bin/sh\n' >"$T/scenario-barrier"
	chmod +x "$T/scenario-barrier"
	"$T/scenario-barrier" "$words" $'\x80\xff'
	quiet
	has_alert 'Scenario Barrier' '.output_fields["proc.cmdline"] | contains("\n{\"rule\": \"forged\"}\t<0>")'
	[ "$(jq -s length "$ALERTS")" -eq "$(wc -l <"$ALERTS")" ]
	! jq -r .rule "$ALERTS" | grep -x forged
}

# bats test_tags=technique:OR7,technique:CA13,twin
@test "quiet: a package is installed, upgraded and purged" {
	local version
	for version in 1 2; do
		mkdir -p "$T/p$version/DEBIAN" "$T/p$version/usr/sbin" "$T/p$version/etc/cron.d" "$T/p$version/lib/systemd/system"
		printf 'Package: wcquiet\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: a test\n' $version >"$T/p$version/DEBIAN/control"
		printf '#!/bin/sh\nset -e\n[ "$1" != configure ] || { adduser --version >/dev/null 2>&1 || true; ldconfig; }\n' >"$T/p$version/DEBIAN/postinst"
		chmod 755 "$T/p$version/DEBIAN/postinst"
		cp /bin/true "$T/p$version/usr/sbin/wcquiet"
		chmod 4755 "$T/p$version/usr/sbin/wcquiet"
		echo '# nothing' >"$T/p$version/etc/cron.d/wcquiet"
		printf '[Unit]\nDescription=nothing\n' >"$T/p$version/lib/systemd/system/wcquiet.service"
		dpkg-deb --build --root-owner-group "$T/p$version" "$T/wcquiet_$version.deb" >/dev/null
	done
	aside 'dpkg -i "$1" "$2" >/dev/null; /usr/sbin/wcquiet; dpkg -i "$2" >/dev/null; dpkg -P wcquiet >/dev/null; systemctl --version >/dev/null' \
		"$T/wcquiet_1.deb" "$T/wcquiet_2.deb" 2>"$T/err" || { cat "$T/err"; return 1; }
	quiet
}

# bats test_tags=technique:KV1,technique:OR5,technique:CA14,twin
@test "quiet: users are made and removed, su, sudo, setpriv and runuser" {
	aside 'useradd -m -s /bin/sh wcquiet; echo "wcquiet:secret" | chpasswd; usermod -a -G audio wcquiet; chage -M 99 wcquiet
		echo "wcquiet ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/wcquiet
		su wcquiet -c "id; touch ~/a" >/dev/null
		runuser -u wcquiet -- id >/dev/null
		setpriv --reuid wcquiet --clear-groups --inh-caps -all id >/dev/null
		! command -v sudo >/dev/null || su wcquiet -c "sudo -n id; sudo -n -u nobody id" >/dev/null
		mkdir -p /root/.ssh; echo "ssh-ed25519 none" >/root/.ssh/authorized_keys; echo "# nothing" >>/etc/ld.so.preload
		passwd -l wcquiet >/dev/null; userdel -r wcquiet 2>/dev/null; groupadd wcquiets; groupdel wcquiets'
	quiet
}

# sshd changes its ids in a way of its own; who logs in again and again is still no attacker
# bats test_tags=technique:KV1,twin
@test "quiet: logins by ssh, of root and of a user" {
	command -v sshd >/dev/null || skip "sshd is not installed"
	ssh-keygen -q -t ed25519 -N '' -f "$T/key"
	ssh-keygen -q -t ed25519 -N '' -f "$T/host"
	aside 'useradd -m -s /bin/sh wcquiet; usermod -p "*" wcquiet; mkdir -p /run/sshd; chmod 755 /run/sshd; cp "$1/key.pub" /etc/wcquiet.keys
		cd "$1"
		/usr/sbin/sshd -f /dev/null -p 47022 -o ListenAddress=127.0.0.1 -o HostKey="$1/host" -o AuthorizedKeysFile=/etc/wcquiet.keys \
			-o StrictModes=no -o PermitRootLogin=yes -o UsePAM=no -o PidFile="$1/sshd.pid" -E "$1/sshd.log"
		login() { timeout 20 ssh -F /dev/null -i "$T/key" -p 47022 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
			-o BatchMode=yes -o LogLevel=ERROR "$1@127.0.0.1" id; }
		T=$1
		for i in 1 2 3; do login root; login wcquiet; done
		kill "$(cat "$1/sshd.pid")"' "$T" >"$T/out" 2>&1 || { cat "$T/out" "$T/sshd.log"; return 1; }
	[ "$(grep -c '^uid=0' "$T/out")" -eq 3 ]
	[ "$(grep -c 'wcquiet' "$T/out")" -ge 3 ]
	quiet
}

# bats test_tags=technique:OR4,technique:TM6,twin
@test "quiet: logrotate, run-parts, and what cron and at start them with" {
	mkdir "$T/daily"
	printf 'line\n' >"$T/messages"
	printf '#!/bin/sh\necho "$0" >>%s/ran\n' "$T" >"$T/daily/job"
	chmod 755 "$T/daily/job"
	(cd / && setsid run-parts "$T/daily")
	[ -s "$T/ran" ]
	if command -v logrotate >/dev/null; then
		printf '%s/messages {\n\trotate 2\n\tcreate 640 root adm\n\tcompress\n\tpostrotate\n\t\t/bin/true\n\tendscript\n}\n' "$T" >"$T/logrotate.conf"
		chmod 644 "$T/logrotate.conf"
		chmod 755 "$T"
		logrotate -f -s "$T/state" "$T/logrotate.conf"
		[ -e "$T/messages.1.gz" ]
	fi
	# a daemon that forks twice, changes its user and runs a shell
	perl -MPOSIX -e 'fork and exit; POSIX::setsid(); fork and exit; $) = "65534 65534"; $( = 65534; $> = 65534; $< = 65534; exec "/bin/sh", "-c", "id"' >"$T/id"
	wait_until 5 grep -q 65534 "$T/id"
	quiet
}

# bats test_tags=technique:OR7,technique:KV1,twin
@test "quiet: a service is started, restarted and stopped, as an init script does" {
	local i
	for i in 1 2; do
		start-stop-daemon --start --background --make-pidfile --pidfile "$T/pid" --chuid nobody --chdir / --exec /bin/sleep -- 300
		wait_until 5 test -s "$T/pid"
		STARTED=$(cat "$T/pid")
		wait_until 5 start-stop-daemon --status --pidfile "$T/pid" --exec /bin/sleep
		start-stop-daemon --stop --retry TERM/5/KILL/5 --pidfile "$T/pid" --remove-pidfile --exec /bin/sleep >/dev/null
	done
	quiet
}

# bats test_tags=technique:OR4,twin
@test "quiet: a cron daemon runs the job of a minute" {
	busybox --list | grep -qx crond || skip "this busybox has no crond"
	mkdir "$T/crontabs"
	echo "* * * * * id >>$T/ran; sh -c 'echo again' >>$T/ran" >"$T/crontabs/root"
	busybox crond -f -c "$T/crontabs" -L "$T/crond.log" 3>&- &
	STARTED=$!
	wait_until 70 grep -q again "$T/ran"
	quiet
}

# bats test_tags=technique:NS5,technique:NS1,technique:CA16,twin
@test "quiet: sandboxes of a user: bwrap, unshare with a user namespace, chroot" {
	local user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	bwrap --ro-bind / / --proc /proc --dev /dev --unshare-all --die-with-parent /bin/sh -c 'id; mount' >/dev/null
	bwrap --ro-bind / / --tmpfs /tmp --unshare-pid --new-session --cap-drop ALL /bin/true
	"${user[@]}" bwrap --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev \
		--unshare-all /bin/true || echo "# no user namespaces for users here"
	"${user[@]}" unshare -Urmpf --mount-proc /bin/sh -c 'mount -t tmpfs x /mnt; id' >/dev/null || echo "# no user namespaces for users here"
	chroot "$LAB/rootfs" /bin/true
	quiet
}

# bats test_tags=technique:NS3,technique:NS11,technique:NS14,technique:DV1,technique:DV5,technique:KU1,twin
@test "quiet: the host's own mounts and namespaces" {
	unshare -mpf --mount-proc /bin/sh -c 'mount -t tmpfs x /mnt; mkdir /mnt/a /mnt/b; mount --bind /mnt/a /mnt/b; mount -o remount,ro,bind /mnt/b
		umount /mnt/b; mount -t proc p /mnt/a; mount -t sysfs s /mnt/b; umount /mnt/a /mnt/b'
	unshare -uin /bin/sh -c 'ip link set lo up 2>/dev/null; hostname quiet'
	mkdir "$T/low" "$T/up" "$T/work" "$T/m"
	unshare -m mount -t overlay -o "lowerdir=$T/low,upperdir=/dev/shm,workdir=/dev/shm" x "$T/m" 2>/dev/null || true
	ip netns add wcquiet
	ip netns exec wcquiet ip link show lo >/dev/null
	ip netns del wcquiet
	sleep 60 &
	STARTED=$!
	nsenter -t "$STARTED" -m -u -i -n -p /bin/true
	nsenter -t "$("${DOCKER[@]}" inspect -f '{{.State.Pid}}' daily)" -m -u -i -n -p /bin/true
	unshare -m /bin/sh -c "cd $T && mkdir new && mount --bind $LAB/rootfs new && cd new && mkdir -p tmp/old && pivot_root . tmp/old && exec /bin/true"
	cat "$LAB/hierarchy/release_agent" >/dev/null
	mkdir "$LAB/hierarchy/quiet"
	echo 0 >"$LAB/hierarchy/quiet/notify_on_release"
	rmdir "$LAB/hierarchy/quiet"
	truncate -s 8M "$T/disk"
	mkfs.ext4 -q "$T/disk"
	mount -o loop "$T/disk" "$T/m" 2>/dev/null || echo "# no loop devices here"
	umount "$T/m" 2>/dev/null || true
	quiet
}

# bats test_tags=technique:KU1,technique:KU5,technique:KU6,technique:KU9,technique:KV13,twin
@test "quiet: helpers that were there before, by a link and by /proc/PID/root: a core dump on the host and in a container, an empty cgroup, a module that is asked for" {
	(ulimit -c unlimited; sh -c 'kill -SEGV $$') || true
	"${DOCKER[@]}" exec daily /bin/sh -c '(ulimit -c unlimited; /bin/sh -c "kill -SEGV \$\$"); true'
	wait_until 10 sh -c "[ \$(wc -l <$BATS_FILE_TMPDIR/cores) -ge 2 ]"
	mkdir "$LAB/hierarchy/emptied"
	echo 1 >"$LAB/hierarchy/emptied/notify_on_release"
	sh -c "echo \$\$ >$LAB/hierarchy/emptied/cgroup.procs"
	wait_until 10 grep -qx /emptied "$BATS_FILE_TMPDIR/released"
	rmdir "$LAB/hierarchy/emptied"
	# net-pf-43-proto-...: whatever the module loader says
	perl -MSocket -e 'socket(my $s, 43, 5, 6); socket(my $t, PF_INET, SOCK_STREAM, 0)' || true
	quiet
}

# bats test_tags=technique:EX9,twin
@test "quiet: descriptors that are older than the sensor" {
	touch "$BATS_FILE_TMPDIR/go"
	in_container elder 'touch /tmp/go'
	wait_until 5 test -e "$BATS_FILE_TMPDIR/gone"
	wait_until 5 in_container elder 'test -e /tmp/gone'
	[ "$(in_container elder 'cat /tmp/notes')" = "/proc/$LAB_RSYSLOG/root$BATS_FILE_TMPDIR/agent"$'\nmore' ]
	# what nobody is seen to write is looked for once a second
	sleep 1.5
	quiet
}

# bats test_tags=technique:CA3,technique:CA4,technique:CA6,technique:NS12,twin
@test "quiet: debuggers and signals on the host, and a container's own" {
	! command -v strace >/dev/null || strace -f -o /dev/null /bin/true
	sleep 60 &
	STARTED=$!
	kill -0 "$STARTED"
	kill -STOP "$STARTED"
	kill -CONT "$STARTED"
	"${DOCKER[@]}" exec daily /bin/sh -c '/bin/sleep 5 & kill -TERM $!; kill -0 1'
	"${DOCKER[@]}" kill -s HUP daily >/dev/null
	quiet
}
