package dev.culvert.kit.packetdrill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Back-quoted commands. No shell runs: {@code sysctl} is understood and its settings are handed on, a shell script that lies
 * beside the packet script is read in the same way, commands about things that do not exist here (devices, queueing
 * disciplines, counters of a kernel) are left out with a warning, and everything else is refused.
 */
final class Commands {
    private static final Pattern ARITHMETIC = Pattern.compile("\\$\\(\\(([0-9*+ ]+)\\)\\)");
    private static final Pattern WORD = Pattern.compile("((?:\"[^\"]*\"|'[^']*'|[^\\s\"'])+)");
    private static final Pattern REDIRECTION = Pattern.compile("\\d?>+\\s*(?:/dev/null|&\\d)");
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)#.*");
    private static final Pattern LINK_MTU = Pattern.compile("(?m)^\\s*ip link set (?:dev )?\\S+ mtu (\\d+)\\s*$");
    private static final Set<String> NOTHING_TO_DO = Set.of("true", ":", "set", "source", "declare");
    /** Devices, files and counters of a machine: a script that sets or reads them says nothing about packets by it. */
    private static final Set<String> LEFT_OUT = Set.of(
            "tc",
            "ip",
            "ethtool",
            "nstat",
            "ss",
            "netstat",
            "grep",
            "cat",
            "modprobe",
            "sleep",
            "rm",
            "truncate",
            "dd");
    /** Settings of segmentation offload, pacing and device queues, which scripts may name and which change nothing here. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "net.ipv4.tcp_fack",
            "net.ipv4.tcp_tso_win_divisor",
            "net.ipv4.tcp_tso_rtt_log",
            "net.ipv4.tcp_pacing_ss_ratio",
            "net.ipv4.tcp_pacing_ca_ratio",
            "net.ipv4.tcp_limit_output_bytes",
            "net.ipv4.tcp_low_latency",
            "net.ipv4.tcp_autocorking",
            "net.ipv4.tcp_no_metrics_save",
            "net.ipv4.tcp_plb_enabled",
            "net.core.default_qdisc",
            "net.core.busy_read",
            "net.core.busy_poll",
            "net.mptcp.enabled");
    /** What {@code defaults.sh} of packetdrill's own test suite sets. */
    private static final List<String> DEFAULTS = List.of(
            "net.ipv4.tcp_rmem=4096 540000 15728640",
            "net.ipv4.tcp_wmem=4096 262144 4194304",
            "net.ipv4.tcp_timestamps=1",
            "net.ipv4.tcp_syn_retries=5",
            "net.ipv4.tcp_synack_retries=5",
            "net.ipv4.tcp_frto=2",
            "net.ipv4.tcp_sack=1",
            "net.ipv4.tcp_dsack=1",
            "net.ipv4.tcp_reordering=3",
            "net.ipv4.tcp_congestion_control=cubic",
            "net.ipv4.tcp_slow_start_after_idle=0",
            "net.ipv4.tcp_early_retrans=4",
            "net.ipv4.tcp_recovery=1",
            "net.ipv4.tcp_ecn=0",
            "net.ipv4.tcp_notsent_lowat=4294967295",
            "net.ipv4.tcp_fastopen=0x70403",
            "net.ipv4.tcp_fastopen_key=a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4",
            "net.ipv4.tcp_syncookies=1");

    private final BiConsumer<String, String> sysctl;
    private final Consumer<String> warnings;
    private final Path directory;

    /**
     * For one script.
     *
     * @param sysctl takes a name and a value; it throws IllegalArgumentException for what it does not know
     * @param warnings is told of commands that are left out
     * @param directory where the shell scripts lie that a packet script names; null: nowhere
     */
    Commands(final BiConsumer<String, String> sysctl, final Consumer<String> warnings, final Path directory) {
        this.sysctl = sysctl;
        this.warnings = warnings;
        this.directory = directory;
    }

    /** The MTU that commands before the first event give the link; −1: they leave it alone. */
    static int linkMtu(final String text) {
        final Matcher matcher = LINK_MTU.matcher(text);
        int mtu = -1;
        while (matcher.find()) {
            mtu = Integer.parseInt(matcher.group(1));
        }
        return mtu;
    }

    /** Runs the lines of one pair of back quotes. */
    void run(final String text, final int line) {
        final String[] rows = text.split("\n", -1);
        for (int i = 0; i < rows.length; i++) {
            final int at = line + i;
            String row = rows[i];
            while (row.endsWith("\\") && i + 1 < rows.length) {
                row = row.substring(0, row.length() - 1) + " " + rows[++i];
            }
            row(row, at);
        }
    }

    private void row(final String row, final int line) {
        for (final String part : row.split(";|&&|\\|\\|", -1)) {
            final String command = REDIRECTION
                    .matcher(COMMENT.matcher(part).replaceAll(""))
                    .replaceAll(" ")
                    .strip();
            if (!command.isEmpty()) {
                one(words(command), line);
            }
        }
    }

    private static List<String> words(final String command) {
        final Matcher sums = ARITHMETIC.matcher(command);
        final String computed = sums.replaceAll(match -> Long.toString(compute(match.group(1))));
        final List<String> words = new ArrayList<>();
        final Matcher matcher = WORD.matcher(computed);
        while (matcher.find()) {
            words.add(matcher.group(1).replace("\"", "").replace("'", ""));
        }
        return words;
    }

    private static long compute(final String sum) {
        long total = 0;
        for (final String product : sum.split("\\+", -1)) {
            long value = 1;
            for (final String factor : product.split("\\*", -1)) {
                value *= Long.parseLong(factor.strip());
            }
            total += value;
        }
        return total;
    }

    private void one(final List<String> words, final int line) {
        final String program = words.get(0).replaceFirst(".*/", "");
        switch (program) {
            case "sysctl", "set_sysctls.py" -> settings(words, line);
            case "echo" -> echo(words, line);
            default -> {
                if (LEFT_OUT.contains(program)) {
                    leaveOut(String.join(" ", words), line);
                } else if (program.endsWith(".sh")) {
                    shellScript(words.get(0), line);
                } else if (!NOTHING_TO_DO.contains(program)) {
                    throw refused(String.join(" ", words), line);
                }
            }
        }
    }

    private void leaveOut(final String command, final int line) {
        if (linkMtu(command) < 0 && !command.startsWith("ip tcp_metrics")) {
            warnings.accept("line " + line + ": warning: '" + command + "' is left out");
        }
    }

    /** Reads a file beside the script; {@code defaults.sh} of packetdrill's test suite is known where it is not there. */
    private void shellScript(final String name, final int line) {
        final Path file = directory == null || name.contains("$") ? null : directory.resolve(name);
        if (file != null && Files.isRegularFile(file)) {
            try {
                Files.readAllLines(file, StandardCharsets.UTF_8).forEach(row -> row(row, line));
            } catch (final IOException unreadable) {
                throw new ScriptError(line, file + " cannot be read: " + unreadable.getMessage());
            }
        } else if (name.endsWith("defaults.sh")) {
            DEFAULTS.forEach(setting -> set(setting, line));
        } else if (!name.contains("sysctl_restore_")) {
            throw refused(name, line);
        }
    }

    private static ScriptError refused(final String command, final int line) {
        return new ScriptError(
                line, "the command '" + command + "' is not run: only sysctl settings and defaults.sh are understood");
    }

    private void settings(final List<String> words, final int line) {
        for (final String word : words.subList(1, words.size())) {
            if (!word.startsWith("-")) {
                set(word, line);
            }
        }
    }

    /** {@code echo VALUE > /proc/sys/...}. */
    private void echo(final List<String> words, final int line) {
        final int arrow = words.indexOf(">");
        if (arrow < 2 || arrow + 2 != words.size() || !words.get(arrow + 1).startsWith("/proc/sys/")) {
            throw refused(String.join(" ", words), line);
        }
        set(words.get(arrow + 1) + "=" + String.join(" ", words.subList(1, arrow)), line);
    }

    private void set(final String setting, final int line) {
        final int equals = setting.indexOf('=');
        if (equals < 1) {
            throw new ScriptError(line, "sysctl wants NAME=VALUE, not '" + setting + "'");
        }
        final String path = setting.substring(0, equals).strip();
        final String name = path.startsWith("/proc/sys/") ? path.substring(10).replace('/', '.') : path;
        try {
            sysctl.accept(name, setting.substring(equals + 1).strip());
        } catch (final IllegalArgumentException refused) {
            if (!WITHOUT_EFFECT.contains(name)) {
                throw new ScriptError(
                        line, "sysctl " + name + ": " + refused.getMessage().replaceFirst("; known are .*", ""));
            }
        }
    }
}
