package dev.culvert.endpoint.service;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A service and where it listens, as {@code echo:7} or {@code http:80=DIR}. Immutable.
 *
 * @param kind which service
 * @param port 1 to 65,535
 * @param directory what {@code http} serves; empty: the built-in page
 */
public record ServiceSpec(ServiceKind kind, int port, Optional<Path> directory) {
    /** Every service on its well-known port, with the built-in page. */
    public static final List<ServiceSpec> ALL = Arrays.stream(ServiceKind.values())
            .map(kind -> new ServiceSpec(kind, kind.defaultPort(), Optional.empty()))
            .toList();

    /**
     * Reads {@code NAME[:PORT][=DIR]}; without a port the well-known one is meant.
     *
     * @throws IllegalArgumentException for what it cannot read; the message quotes it and says what is right
     */
    public static ServiceSpec parse(final String text) {
        final int equals = text.indexOf('=');
        final String front = equals < 0 ? text : text.substring(0, equals);
        final int colon = front.indexOf(':');
        final String word = colon < 0 ? front : front.substring(0, colon);
        final ServiceKind kind = ServiceKind.of(word)
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + word + "' is no service; there are " + ServiceKind.words()));
        final int port = colon < 0 ? kind.defaultPort() : port(front.substring(colon + 1), text);
        return new ServiceSpec(kind, port, equals < 0 ? Optional.empty() : directory(kind, text.substring(equals + 1)));
    }

    private static int port(final String digits, final String text) {
        final int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("'" + text + "': the port must be 1 to 65535");
        }
        return port;
    }

    private static Optional<Path> directory(final ServiceKind kind, final String name) {
        if (kind != ServiceKind.HTTP) {
            throw new IllegalArgumentException("only http takes a directory, not " + kind.word());
        }
        try {
            final Path path = Path.of(name);
            if (name.isEmpty() || !Files.isDirectory(path)) {
                throw new IllegalArgumentException("'" + name + "' is no directory");
            }
            if (!Files.isReadable(path) || !Files.isExecutable(path)) {
                throw new IllegalArgumentException("'" + name + "' must not be read by this user");
            }
            return Optional.of(path);
        } catch (final InvalidPathException bad) {
            throw new IllegalArgumentException("'" + name + "' is no directory", bad);
        }
    }

    /**
     * Refuses two services on one port.
     *
     * @throws IllegalArgumentException naming the port and both services
     */
    public static void checkPorts(final List<ServiceSpec> specs) {
        final Map<Integer, ServiceSpec> taken = new HashMap<>();
        for (final ServiceSpec spec : specs) {
            final ServiceSpec other = taken.putIfAbsent(spec.port(), spec);
            if (other != null) {
                throw new IllegalArgumentException(
                        "port " + spec.port() + " is asked for twice: by " + other + " and by " + spec);
            }
        }
    }

    @Override
    public String toString() {
        return kind.word() + ":" + port + directory.map(path -> "=" + path).orElse("");
    }
}
