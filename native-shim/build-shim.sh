#!/bin/sh
# Builds the shim for every architecture whose compiler is here: build-shim.sh SOURCE-DIRECTORY CLASSES-DIRECTORY
# Never fails: without a compiler Culvert goes through libc. The same source and compiler give the same bytes.
cd "$1" || exit 0
classes=$2
built=

build() { # ARCHITECTURE COMPILER
    out=$classes/META-INF/native/linux-$1
    flags="-O2 -Wall -Wextra -fvisibility=hidden -Wl,--build-id=none -Wl,-s"
    rm -rf "$out"
    command -v "$2" >/dev/null 2>&1 || return 0
    mkdir -p "$out"
    # shellcheck disable=SC2086 # the flags are words
    if "$2" $flags "-ffile-prefix-map=$PWD=." -fPIC -shared -o "$out/libculvert.so" culvert.c &&
        "$2" $flags "-ffile-prefix-map=$PWD=." -DCULVERT_HELPER -o "$out/culvert-ns-helper" culvert.c; then
        built="$built $1"
    else
        rm -rf "$out"
        return 0
    fi
    plugin "$out/pd_proxy.so" "$2"
}

plugin() { # FILE COMPILER: what the real packetdrill loads; it exports everything that is not static
    [ -e pd_proxy.c ] || return 0
    "$2" -O2 -Wall -Wextra -Wl,--build-id=none -Wl,-s "-ffile-prefix-map=$PWD=." -fPIC -shared -o "$1" pd_proxy.c \
        -lpthread -ldl || rm -f "$1"
}

host=$(uname -m)
for arch in x86_64 aarch64; do
    if [ "$arch" = "$host" ]; then
        build "$arch" "${CC:-gcc}"
    else
        build "$arch" "$arch-linux-gnu-gcc"
    fi
done
case " $built " in
*" $host "*) ;;
*) echo "native-shim: not built for $host, going on through libc; for the faster way: apt-get install gcc libc6-dev" >&2 ;;
esac
exit 0
