#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the project work for a new user on a new machine? Makes a bare Debian 12 with debootstrap, clones the project
# into it (what is committed), runs the commands of the README in it, and reports what they printed and how long
# each took. Not part of `./imsfw test`: it takes many minutes and must be root.
#
# The mirror, the release's suites and a proxy are taken from this machine's apt. All mounts are made in a mount
# namespace of the script's own, so that they are gone when it ends, however it ends.

set -euo pipefail

ROOT=$(dirname "$(readlink -f "$0")")/../..
ROOT=$(readlink -f "$ROOT")
SUITE=bookworm
VARIANT=minbase
MIRROR=
DIR=
KEEP=no
AS_USER=no
COMMANDS=(matrix test)

usage() {
    cat <<'TEXT'
Usage: tests/fresh-machine/run.sh [OPTIONS]

  --only COMMAND   run only `./imsfw COMMAND` (default: matrix, then test); may be given more than once
  --as-user        run as a user who has sudo, not as root
  --variant NAME   debootstrap's variant: minbase (default), buildd, or - for its usual system
  --mirror URL     Debian mirror (default: the one of this machine's apt)
  --dir DIR        work in DIR, which must not exist or be empty (default: a new folder below TMPDIR)
  --keep           keep DIR at the end: DIR/system is the machine, DIR/*.log what the commands printed

Exit status: 0 when every command succeeded, 1 when one failed, 2 for bad input, 3 when no machine could be made.
TEXT
}

fail() {
    local status=$1
    shift
    echo "fresh-machine: $*" >&2
    exit "$status"
}

read_options() {
    local only=()
    while (($#)); do
        case $1 in
        --only) only+=("${2:?--only needs a command}") && shift ;;
        --as-user) AS_USER=yes ;;
        --variant) VARIANT=${2:?--variant needs a name} && shift ;;
        --mirror) MIRROR=${2:?--mirror needs a URL} && shift ;;
        --dir) DIR=${2:?--dir needs a folder} && shift ;;
        --keep) KEEP=yes ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && fail 2 "unknown option '$1'" ;;
        esac
        shift
    done
    ((${#only[@]} == 0)) || COMMANDS=("${only[@]}")
}

check_machine() {
    ((EUID == 0)) || fail 3 "must be root, for debootstrap and chroot"
    command -v debootstrap >/dev/null || fail 3 "debootstrap is missing: apt-get install debootstrap"
    if [[ -n $(git -C "$ROOT" status --porcelain) ]]; then
        echo "fresh-machine: note: what is not committed is not tested" >&2
    fi
}

# Lines of a sources.list: every suite of the release that this machine's apt knows.
sources() {
    if [[ -n $MIRROR ]]; then
        echo "deb $MIRROR $SUITE main"
    else
        apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
            grep -E "^deb [^ ]+ $SUITE(-[a-z]+)? main$" | sort -u -k3
    fi
}

make_system() {
    local system=$1 mirror
    mirror=$(sources | awk -v suite="$SUITE" '$3 == suite {print $2; exit}')
    [[ -n $mirror ]] || fail 3 "this machine's apt has no mirror of $SUITE; name one with --mirror"
    debootstrap --variant="$VARIANT" "$SUITE" "$system" "$mirror" >"$DIR/debootstrap.log" 2>&1 ||
        { tail -n 5 "$DIR/debootstrap.log" >&2 && fail 3 "debootstrap failed"; }
    sources >"$system/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::[a-z]+::Proxy' >"$system/etc/apt/apt.conf.d/90proxy" || true
    cp -L /etc/resolv.conf /etc/hosts "$system/etc/"
    mount -t proc proc "$system/proc"
    mount -t sysfs sysfs "$system/sys"
    mount --rbind /dev "$system/dev"
}

# The user who types the commands; a machine with sudo is one on which somebody set it up.
make_user() {
    local system=$1
    [[ $AS_USER == yes ]] || return 0
    chroot "$system" sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install sudo &&
        useradd --create-home --home-dir /srv/newcomer --shell /bin/bash newcomer &&
        echo "newcomer ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/newcomer' >"$DIR/user.log" 2>&1 ||
        fail 3 "the user could not be made; see $DIR/user.log"
}

# in_system SYSTEM COMMAND...: as a login would, with nothing of this machine's environment.
in_system() {
    local system=$1 user=root home=/root
    shift
    [[ $AS_USER == yes ]] && user=newcomer home=/srv/newcomer
    chroot --userspec="$user" "$system" env -i HOME="$home" USER="$user" TERM=dumb LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
}

clone() {
    local system=$1
    git clone --quiet --no-hardlinks "$ROOT" "$system/srv/imsfw"
    git -C "$system/srv/imsfw" log -1 --format='fresh-machine: cloned %h (%s)'
    [[ $AS_USER == no ]] || chroot "$system" chown -R newcomer: /srv/imsfw
}

clean_up() {
    local system=$DIR/system mounted
    for mounted in dev sys proc; do
        ! mountpoint -q "$system/$mounted" || umount -R "$system/$mounted" || umount -R -l "$system/$mounted"
    done
    if [[ $KEEP == yes ]]; then
        echo "fresh-machine: kept in $DIR"
    elif ! mountpoint -q "$system/dev"; then
        rm -rf --one-file-system "$DIR"
    fi
}

REPORT=()
FAILURES=0

# timed NAME COMMAND...: runs it, shows and keeps what it prints, and notes status and seconds for the report.
timed() {
    local name=$1 start=$SECONDS status=0
    shift
    "$@" 2>&1 | tee "$DIR/$name.log" || status=${PIPESTATUS[0]}
    REPORT+=("$(printf '%-20s exit status %d, %5d s' "$name" "$status" $((SECONDS - start)))")
    ((status == 0)) || FAILURES=$((FAILURES + 1))
}

# The tests bring servers with them; on the new user's machine none of these may start by itself.
check_services() {
    local system=$1 started
    started=$(cd "$system/etc" && ls rc[2345].d/S*{coturn,kamailio,squid} \
        systemd/system/multi-user.target.wants/{coturn,kamailio,squid}.service 2>/dev/null | xargs) || true
    [[ -z $started ]] || { echo "left to start at boot: $started" && return 1; }
    [[ ! -e $system/usr/sbin/policy-rc.d ]] || { echo "left behind: /usr/sbin/policy-rc.d" && return 1; }
}

main() {
    read_options "$@"
    check_machine
    if [[ ${IMSFW_OWN_NAMESPACE:-} != yes ]]; then
        IMSFW_OWN_NAMESPACE=yes exec unshare --mount --propagation private --pid --fork --kill-child "$0" "$@"
    fi
    DIR=$(readlink -m "${DIR:-$(mktemp -d -t imsfw-fresh-machine-XXXXXX)}")
    mkdir -p "$DIR"
    [[ -z $(ls -A "$DIR") ]] || fail 2 "$DIR is not empty"
    trap clean_up EXIT
    trap 'exit 130' INT TERM

    local start=$SECONDS command
    echo "fresh-machine: making a bare Debian ($SUITE, $VARIANT) in $DIR"
    make_system "$DIR/system"
    make_user "$DIR/system"
    clone "$DIR/system"
    REPORT+=("$(printf '%-20s %21d s' 'bare system' $((SECONDS - start)))")
    for command in "${COMMANDS[@]}"; do
        echo "fresh-machine: \$ ./imsfw $command"
        timed "imsfw-$command" in_system "$DIR/system" /srv/imsfw/imsfw "$command"
    done

    timed services check_services "$DIR/system"

    printf 'fresh-machine: %s\n' "${REPORT[@]}"
    ((FAILURES == 0)) || exit 1
    echo "fresh-machine: a new user's commands succeeded"
}

main "$@"
