package dev.culvert.kit.packetdrill;

import dev.culvert.kit.posix.LinuxSockets;
import dev.culvert.kit.posix.Sockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Runs packet scripts: files in packetdrill's language against a stack of their own in this process, under virtual time. A
 * script takes milliseconds, whatever time passes in it. Thread-safe: every run has its own stack.
 */
public final class PacketScripts {
    private static final String SUFFIX = ".pkt";
    private static final long START_NS = 1_000_000_000_000L;

    private PacketScripts() {}

    /**
     * The scripts at a place: the file itself, or all files that end in {@code .pkt} below a directory, in the order of
     * their names.
     *
     * @throws UncheckedIOException the place cannot be read
     */
    public static List<Path> find(final Path place) {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (final IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * The scripts at a place as tests of JUnit 5: {@code @TestFactory Stream<DynamicTest> scripts() { return
     * PacketScripts.tests(Path.of("src/test/resources/pkt")); }}. The project that calls this has JUnit on its class path.
     */
    public static Stream<DynamicTest> tests(final Path place) {
        return tests(place, ScriptOptions.ipv4(), ExpectedFailures.NONE);
    }

    /** The same, with options and with a list of scripts that must fail. */
    public static Stream<DynamicTest> tests(
            final Path place, final ScriptOptions options, final ExpectedFailures failures) {
        return PacketScriptTests.of(place, options, failures);
    }

    /**
     * Reads and runs a file. A file that cannot be read or understood is a result that has not passed.
     */
    public static ScriptResult run(final Path file, final ScriptOptions options) {
        try {
            return run(file.toString(), Files.readString(file, StandardCharsets.UTF_8), options, null, directory(file));
        } catch (final IOException unreadable) {
            return failed(file.toString(), file + ": cannot be read: " + unreadable.getMessage(), new ScriptRecord());
        }
    }

    /** Runs the text of a script; {@code name} is for messages. */
    public static ScriptResult run(final String name, final String text, final ScriptOptions options) {
        return run(name, text, options, null, null);
    }

    /** Reads and runs a file against something else than a Culvert in this process. */
    public static ScriptResult run(final Path file, final ScriptOptions options, final ScriptSubject subject) {
        try {
            return run(
                    file.toString(), Files.readString(file, StandardCharsets.UTF_8), options, subject, directory(file));
        } catch (final IOException unreadable) {
            return failed(file.toString(), file + ": cannot be read: " + unreadable.getMessage(), new ScriptRecord());
        }
    }

    private static Path directory(final Path file) {
        return file.toAbsolutePath().getParent();
    }

    private static ScriptResult run(
            final String name,
            final String text,
            final ScriptOptions options,
            final ScriptSubject subject,
            final Path directory) {
        final ScriptRecord record = new ScriptRecord();
        PacketScript script = null;
        try {
            script = ScriptParser.parse(name, text, defines(options), "ipv6".equals(options.ipVersion()));
            final ScriptSettings settings = settings(script, options);
            if (subject == null) {
                play(script, settings, options, record, stack(settings, options), directory);
            } else {
                settings.realTime(subject.toleranceUs());
                final PacketScript read = script;
                subject.open(
                        settings.local(),
                        settings.mtu(),
                        sockets -> play(read, settings, options, record, sockets, directory));
            }
            return new ScriptResult(
                    name,
                    true,
                    "",
                    record.lines(),
                    record.packets(),
                    record.packetsOut(),
                    record.packetTimesUs(),
                    record.unread());
        } catch (final ScriptError error) {
            return failed(name, name + ":" + error.line() + ": " + error.getMessage(), record);
        } catch (final Mismatch mismatch) {
            return failed(name, report(script, mismatch, record), record);
        } catch (final IllegalArgumentException wrong) {
            return failed(name, name + ": " + wrong.getMessage(), record);
        }
    }

    private static Sockets stack(final ScriptSettings settings, final ScriptOptions options) {
        return new LinuxSockets(
                List.of(settings.local()), settings.mtu(), settings.offload(), options.seed(), START_NS);
    }

    private static void play(
            final PacketScript script,
            final ScriptSettings settings,
            final ScriptOptions options,
            final ScriptRecord record,
            final Sockets sockets,
            final Path directory) {
        options.sysctls().forEach(sockets::sysctl);
        new ScriptRun(script, new ScriptWorld(sockets, settings, record), directory).run();
    }

    private static Map<String, String> defines(final ScriptOptions options) {
        final boolean v6 = "ipv6".equals(options.ipVersion());
        final Map<String, String> defines = new HashMap<>();
        defines.put("CMSG_LEVEL_IP", v6 ? "SOL_IPV6" : "SOL_IP");
        defines.put("CMSG_TYPE_RECVERR", v6 ? "IPV6_RECVERR" : "IP_RECVERR");
        defines.putAll(options.defines());
        return defines;
    }

    private static ScriptSettings settings(final PacketScript script, final ScriptOptions options) {
        final List<Map.Entry<String, String>> all = new ArrayList<>(options.options());
        all.addAll(script.options());
        if (script.initEvent() != null && script.initEvent().action() instanceof Event.Command command) {
            final int mtu = Commands.linkMtu(command.text());
            if (mtu > 0) {
                all.add(Map.entry("mtu", Integer.toString(mtu)));
            }
        }
        return new ScriptSettings(options.ipVersion(), all);
    }

    private static ScriptResult failed(final String name, final String report, final ScriptRecord record) {
        return new ScriptResult(
                name,
                false,
                report,
                record.lines(),
                record.packets(),
                record.packetsOut(),
                record.packetTimesUs(),
                record.unread());
    }

    private static String report(final PacketScript script, final Mismatch mismatch, final ScriptRecord record) {
        final StringBuilder text = new StringBuilder();
        text.append(script.name())
                .append(':')
                .append(mismatch.line())
                .append(": ")
                .append(mismatch.getMessage());
        text.append("\n  script:  ").append(script.line(mismatch.line()));
        if (mismatch.came() != null) {
            text.append("\n  came:    ").append(mismatch.came());
        }
        text.append("\n  before it:");
        record.last().forEach(line -> text.append("\n    ").append(line));
        return text.toString();
    }
}
