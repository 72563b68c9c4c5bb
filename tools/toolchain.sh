# shellcheck shell=bash
# What ./culvert and ./test share: talking to the user, finding the JDK, installing Debian packages. Sourced.

oldest_java=17

say() {
    printf '%s: %s\n' "${program:-culvert}" "$*" >&2
}

# die EXIT_CODE MESSAGE...
die() {
    local code=$1
    shift
    say "$@"
    exit "$code"
}

# Sets java_home and java_major from JAVA_HOME, else from javac or java on the PATH; both empty when there is none.
# The version is read from the JDK's release file: starting a JVM to ask would cost more than all the rest.
find_java() {
    local tool line
    java_home=${JAVA_HOME-} java_major=
    if [ -n "$java_home" ]; then
        [ -x "$java_home/bin/java" ] || die 3 "JAVA_HOME is $java_home, which has no bin/java: unset it, or set it to a JDK $oldest_java or newer"
    else
        tool=$(command -v javac || command -v java) || return 0
        java_home=$(readlink -f -- "$tool")
        java_home=${java_home%/bin/*}
        if [ ! -e "$java_home/release" ]; then # a version manager's shim, not the JDK itself
            java_home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
        fi
    fi
    [ -e "$java_home/release" ] || die 3 "cannot tell the version of the Java in ${java_home:-$tool}: set JAVA_HOME to a JDK $oldest_java or newer"
    while IFS= read -r line; do
        [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]] && java_major=${BASH_REMATCH[1]}
    done <"$java_home/release"
    [ "${java_major:-0}" -ge "$oldest_java" ] && return
    [ -z "${JAVA_HOME-}" ] || die 3 "JAVA_HOME is Java ${java_major:-of unknown version}: unset it, or set it to a JDK $oldest_java or newer"
    java_home='' java_major=''
}

have_jdk() {
    [ -n "$java_home" ] && [ -x "$java_home/bin/javac" ]
}

have_compiler() {
    command -v gcc >/dev/null && [ -e /usr/include/stdio.h ]
}

on_debian() {
    command -v apt-get >/dev/null
}

may_install() {
    [ -z "${no_install-}" ] && [ "$(id -u)" -eq 0 ] && on_debian
}

# Debian's package of the JDK: 17 where the release has it, else the newer one that it has instead.
jdk_package() {
    if apt-cache show "openjdk-$oldest_java-jdk-headless" >/dev/null 2>&1; then
        echo "openjdk-$oldest_java-jdk-headless"
    else
        echo default-jdk-headless
    fi
}

# Debian's packages for what a build needs and this machine lacks, one a line.
missing_build_packages() {
    have_jdk || jdk_package
    command -v mvn >/dev/null || echo maven
}

# Once more, after an installation that may have been refused or may have failed.
require_jdk_and_maven() {
    find_java
    have_jdk || die 3 "there is no JDK $oldest_java or newer with javac: set JAVA_HOME to one"
    command -v mvn >/dev/null || die 3 'there is no Maven: mvn must be on the PATH'
}

# The one line that installs the given Debian packages.
install_line() {
    local sudo=
    [ "$(id -u)" -eq 0 ] || sudo='sudo '
    echo "${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends $*"
}

# Installs Debian packages as root, after saying so; apt's own words go to the log file given first.
install_packages() {
    local log=$1
    shift
    say "installing $* with apt-get (--no-install forbids this) ..."
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } </dev/null >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        say "apt-get failed; everything it said is in $log"
        return 1
    fi
}

# Of Maven's output, without its advice on how to call Maven again.
without_advice() {
    grep -v -e 'Re-run Maven' -e 're-run Maven' -e 'Help [0-9]' -e 'For more information' -e 'After correcting' -e 'mvn <args>' -e '^\[ERROR\] *$'
}
