package dev.culvert.endpoint.service;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The services that an endpoint can offer, with their well-known ports. */
public enum ServiceKind {
    /** Gives back what it receives (RFC 862). */
    ECHO(7),
    /** Throws away what it receives (RFC 863). */
    DISCARD(9),
    /** Tells date and time (RFC 867). */
    DAYTIME(13),
    /** Sends characters without end (RFC 864). */
    CHARGEN(19),
    /** Serves a directory or a built-in page (RFC 9110, RFC 9112). */
    HTTP(80);

    private final int defaultPort;

    ServiceKind(final int defaultPort) {
        this.defaultPort = defaultPort;
    }

    /** The port that is assigned to it. */
    public int defaultPort() {
        return defaultPort;
    }

    /** As it is written in a SPEC. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ServiceKind> of(final String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(ServiceKind::word).collect(Collectors.joining(", "));
    }
}
