package dev.culvert.kit.packetdrill;

import dev.culvert.kit.posix.Sockets;
import dev.culvert.wire.IpAddress;
import java.util.function.Consumer;

/** Something whose time is real that scripts can run against: another system's sockets. Thread-safe. */
public interface ScriptSubject {
    /**
     * Makes sockets for one script, lets it use them, and takes them away.
     *
     * @param local the address that they are to have
     * @param mtuBytes of their interface
     */
    void open(IpAddress local, int mtuBytes, Consumer<Sockets> script);

    /** By how much things may happen too late or too early, in µs, where a script allows less. */
    long toleranceUs();
}
