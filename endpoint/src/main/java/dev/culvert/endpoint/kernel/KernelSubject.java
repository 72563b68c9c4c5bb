package dev.culvert.endpoint.kernel;

import dev.culvert.kit.packetdrill.ScriptSubject;
import dev.culvert.kit.posix.Sockets;
import dev.culvert.wire.IpAddress;
import java.util.function.Consumer;

/** This machine's kernel for packet scripts: every script has a network of its own, so several may run at once. */
public final class KernelSubject implements ScriptSubject {
    private final long toleranceUs;

    /** By how much things may be late, in µs, since this machine does other things too. */
    public KernelSubject(final long toleranceUs) {
        this.toleranceUs = toleranceUs;
    }

    @Override
    public void open(final IpAddress local, final int mtuBytes, final Consumer<Sockets> script) {
        try (KernelSockets sockets = new KernelSockets(local, mtuBytes)) {
            script.accept(sockets);
        }
    }

    @Override
    public long toleranceUs() {
        return toleranceUs;
    }
}
