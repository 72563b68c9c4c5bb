package dev.culvert.tun.netns;

import dev.culvert.shim.NativeShim;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.TunOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The process that holds a namespace, and the talk with it over its standard streams. It says {@code ready TUN INET INET6 ROUTE}
 * with the numbers of its descriptors, -1 for what it has not; at a line {@code tun} on its input it opens the device node anew
 * and says its number; at any other line it closes them and says {@code released}. Its input ends with this program, killed or not; it then kills what runs in the namespace and ends.
 */
final class Holder implements AutoCloseable {
    private static final String READY = "ready ";
    private static final String RELEASED = "released";
    /** What unshare(1) ends with when it may not execute the program, such as on a file system mounted noexec. */
    private static final int NOT_EXECUTABLE = 126;
    /** A child that another thread starts meanwhile may hold the file open for writing until it executes: ETXTBSY. */
    private static final int ATTEMPTS = 3;

    private static final long PATIENCE_SECONDS = 5;

    private final Process process;
    private final boolean byHelper;
    private final BufferedReader answers;
    private String ready;

    private Holder(final ChildStarter starter, final List<String> command, final boolean byHelper) {
        this.byHelper = byHelper;
        process = starter.start(new ProcessBuilder(command));
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** By the helper program; by a shell where there is none or it cannot be executed. */
    static Holder start(final ChildStarter starter, final TunOptions options) {
        final Optional<Path> helper = NativeShim.extractHelper();
        if (helper.isPresent()) {
            try {
                for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                    final Holder holder = new Holder(starter, NamespaceCommands.holdByHelper(helper.get()), true);
                    if (holder.becomesReady() || holder.exitCode() != NOT_EXECUTABLE) {
                        return holder.checkReady();
                    }
                }
            } finally {
                delete(helper.get());
            }
        }
        final Holder holder = new Holder(starter, NamespaceCommands.holdByShell(options), false);
        holder.becomesReady();
        return holder.checkReady();
    }

    private static void delete(final Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    private boolean becomesReady() {
        NativeShim.load(); // takes as long as the process needs to start, so do it meanwhile
        ready = answer();
        return ready.startsWith(READY);
    }

    private Holder checkReady() {
        if (!ready.startsWith(READY)) {
            throw failure(ready);
        }
        return this;
    }

    /** The holder's next line; empty when it has ended. */
    private String answer() {
        try {
            final String line = answers.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends the holder and says why there is no namespace: in its own words, and in ours how to put it right. */
    private DeviceException failure(final String answer) {
        final String words = answer.isEmpty() ? complaint() : answer;
        close();
        return Doctor.explain("cannot make a private network (" + words.strip() + ")");
    }

    /** The last line that a program which has ended wrote to its standard error. */
    private String complaint() {
        try (InputStream errors = process.getErrorStream()) {
            final String text = new String(errors.readAllBytes(), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "exit code " + exitCode() : text.substring(text.lastIndexOf('\n') + 1);
        } catch (IOException e) {
            return "exit code " + exitCode();
        }
    }

    private int exitCode() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    long pid() {
        return process.pid();
    }

    /** The number of its TUN descriptor. */
    int tun() {
        return descriptor(1);
    }

    /** Lets it close its TUN descriptor, which must have been taken, and open another one; its number, or a negated error number. */
    int nextTun() {
        say("tun");
        final String answer = answer();
        if (answer.isEmpty()) {
            throw failure("");
        }
        return Integer.parseInt(answer);
    }

    /** The number of its IPv4 socket; negative: it has none and configures the interface itself. */
    int inet() {
        return descriptor(2);
    }

    /** The number of its IPv6 socket; negative: there is none. */
    int inet6() {
        return descriptor(3);
    }

    /** The number of its NETLINK_ROUTE socket; negative with {@link #inet}. */
    int route() {
        return descriptor(4);
    }

    private int descriptor(final int word) {
        return Integer.parseInt(ready.split(" ", -1)[word]);
    }

    /** Lets it close its descriptors. True unless it says that it could not configure IPv6. */
    boolean release() {
        say("");
        final String answer = answer();
        if (!answer.startsWith(RELEASED)) {
            throw failure(answer);
        }
        return RELEASED.equals(answer);
    }

    /** Lets it make a socket inside; its number there, or a negated error number. */
    int makeSocket(final int domain, final int type, final int protocol) {
        if (!byHelper) {
            throw new DeviceException(
                    "sockets inside a private network need the helper program, which was not built",
                    "as root: apt-get install gcc libc6-dev, then build again");
        }
        say("socket " + domain + " " + type + " " + protocol);
        final String answer = answer();
        if (answer.isEmpty()) {
            throw failure("");
        }
        return Integer.parseInt(answer);
    }

    /** Lets it close a socket that it made. */
    void closeSocket(final int number) {
        say("close " + number);
    }

    private void say(final String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw failure("");
        }
    }

    /** Ends its input, at which it kills what is left inside and ends itself. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
