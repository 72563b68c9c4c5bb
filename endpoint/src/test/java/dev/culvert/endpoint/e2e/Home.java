package dev.culvert.endpoint.e2e;

import dev.culvert.tun.control.ControlClient;
import dev.culvert.tun.control.ControlDirectory;
import dev.culvert.tun.control.ControlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Somebody's surroundings on this machine: a directory, control sockets of their own, and the program. */
final class Home {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final String QUEUES = System.getenv("CULVERT_QUEUES");

    private final Somebody owner;
    private final Path directory;

    private Home(final Somebody owner, final Path directory) {
        this.owner = owner;
        this.directory = directory;
    }

    /** New ones. */
    static Home of(final Somebody owner) throws IOException {
        return new Home(owner, Workspace.get().directoryOf(owner));
    }

    Somebody owner() {
        return owner;
    }

    /**
     * Queues that the owner's endpoints have unless their command line says more: so many as CULVERT_QUEUES in the tests' own
     * environment, else two for root where there are processors for them, so that each run of all tests covers one queue and two.
     */
    int queues() {
        if (QUEUES != null && !QUEUES.isEmpty()) {
            return Integer.parseInt(QUEUES);
        }
        return owner == Somebody.ROOT && Runtime.getRuntime().availableProcessors() > 1 ? 2 : 1;
    }

    /** A file of the owner's. */
    Path file(final String name) {
        return directory.resolve(name);
    }

    /** Where the owner's endpoints have their control sockets. */
    Path controlDirectory() {
        return directory.resolve("culvert");
    }

    /** {@code culvert} with these arguments, with a device node that the owner may open. */
    ProcessBuilder culvert(final String... args) {
        return culvert(List.of(), args);
    }

    /** The same with options for the JVM. */
    ProcessBuilder culvert(final List<String> javaOptions, final String... args) {
        return at(owner.commandWithTun(words(javaOptions, args)));
    }

    /** {@code culvert} with the machine's own device node. */
    ProcessBuilder culvertAsItIs(final String... args) {
        return at(owner.command(words(List.of(), args)));
    }

    /** {@code culvert} with a device node that the owner, not being root, may not open. */
    ProcessBuilder culvertWithoutTun(final String... args) {
        return at(owner.commandWithoutTun(words(List.of(), args)));
    }

    /** The words that start {@code culvert}, by whomever. */
    static List<String> words(final List<String> javaOptions, final String... args) {
        final List<String> words = new ArrayList<>(Workspace.get().java(javaOptions));
        words.addAll(List.of(args));
        return words;
    }

    /** Some other command of the owner's. */
    ProcessBuilder command(final List<String> words) {
        return at(owner.command(words));
    }

    /** A command line as it is, in the owner's directory and environment. */
    ProcessBuilder at(final List<String> words) {
        final ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("CULVERT_QUEUES", Integer.toString(queues()));
        if (owner.isAnother()) {
            builder.environment().put("PATH", PATH); // ours may lead through directories that are closed to them
        }
        builder.environment().remove("CULVERT_JAVA_OPTS");
        return builder;
    }

    /** Asks the only endpoint that the owner runs. */
    List<String> control(final String... request) throws IOException, ControlException {
        try (ControlClient client = ControlClient.find(new ControlDirectory(controlDirectory()), null)) {
            return client.request(request);
        }
    }
}
