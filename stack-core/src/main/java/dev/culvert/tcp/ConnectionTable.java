package dev.culvert.tcp;

import dev.culvert.env.Secrets;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/**
 * The connections that have a control block, by 4-tuple. Open addressing under a keyed hash, removal without tombstones.
 * Shard's thread only.
 */
public final class ConnectionTable {
    private final Secrets secrets;
    private Tcb[] slots = new Tcb[64];
    private int size;
    private Tcb recent;
    /** The one before it: a second train may come between the packets of the first. */
    private Tcb earlier;

    ConnectionTable(final Secrets secrets) {
        this.secrets = secrets;
    }

    /** The keyed hash of a 4-tuple; the row tables use the same one. */
    public int hash(
            final long localLo, final long remoteHi, final long remoteLo, final int localPort, final int remotePort) {
        final int ports = localPort << 16 | remotePort;
        final long hash = IpAddress.isV4(remoteHi, remoteLo)
                ? secrets.ofTable((int) localLo, (int) remoteLo, ports)
                : secrets.ofTable(localLo, remoteHi, remoteLo, ports);
        return (int) (hash ^ hash >>> 32);
    }

    /** The keyed hash of a flow. */
    public int hash(final Flow flow) {
        return hash(flow.localLo(), flow.remoteHi(), flow.remoteLo(), flow.localPort(), flow.remotePort());
    }

    /** Connections in the table. */
    public int size() {
        return size;
    }

    /**
     * One of the two connections that were last found or added if it has this 4-tuple, otherwise null: segments come in trains, and
     * a glance costs less than a keyed hash.
     */
    public Tcb recent(final Flow flow) {
        if (is(recent, flow)) {
            return recent;
        }
        if (is(earlier, flow)) {
            remember(earlier);
            return recent;
        }
        return null;
    }

    private static boolean is(final Tcb tcb, final Flow flow) {
        return tcb != null
                && tcb.remotePort == flow.remotePort()
                && tcb.localPort == flow.localPort()
                && tcb.remoteLo == flow.remoteLo()
                && tcb.localLo == flow.localLo()
                && tcb.remoteHi == flow.remoteHi()
                && tcb.localHi == flow.localHi();
    }

    private void remember(final Tcb tcb) {
        if (tcb != recent) {
            earlier = recent;
            recent = tcb;
        }
    }

    /** The connection with this 4-tuple, or null. */
    public Tcb find(
            final int hash,
            final long localHi,
            final long localLo,
            final int localPort,
            final long remoteHi,
            final long remoteLo,
            final int remotePort) {
        final int mask = slots.length - 1;
        for (int i = hash & mask; ; i = i + 1 & mask) {
            final Tcb tcb = slots[i];
            if (tcb == null
                    || tcb.hash == hash
                            && tcb.remotePort == remotePort
                            && tcb.localPort == localPort
                            && tcb.remoteLo == remoteLo
                            && tcb.localLo == localLo
                            && tcb.remoteHi == remoteHi
                            && tcb.localHi == localHi) {
                return tcb;
            }
        }
    }

    /** The connection of this flow, or null. */
    public Tcb find(final int hash, final Flow flow) {
        final Tcb tcb = find(
                hash,
                flow.localHi(),
                flow.localLo(),
                flow.localPort(),
                flow.remoteHi(),
                flow.remoteLo(),
                flow.remotePort());
        if (tcb != null) {
            remember(tcb);
        }
        return tcb;
    }

    /** Adds a connection whose tuple has none. */
    void add(final Tcb tcb) {
        if (2 * ++size > slots.length) {
            final Tcb[] old = slots;
            slots = new Tcb[2 * old.length];
            for (final Tcb other : old) {
                if (other != null) {
                    enter(other);
                }
            }
        }
        enter(tcb);
        tcb.inTable = true;
        remember(tcb);
    }

    private void enter(final Tcb tcb) {
        final int mask = slots.length - 1;
        int i = tcb.hash & mask;
        while (slots[i] != null) {
            i = i + 1 & mask;
        }
        slots[i] = tcb;
    }

    /** Removes a connection, if it is there. */
    void remove(final Tcb tcb) {
        if (!tcb.inTable) {
            return;
        }
        tcb.inTable = false;
        recent = recent == tcb ? null : recent;
        earlier = earlier == tcb ? null : earlier;
        size--;
        final int mask = slots.length - 1;
        int hole = tcb.hash & mask;
        while (slots[hole] != tcb) {
            hole = hole + 1 & mask;
        }
        for (int i = hole + 1 & mask; slots[i] != null; i = i + 1 & mask) {
            if ((i - slots[i].hash & mask) >= (i - hole & mask)) {
                slots[hole] = slots[i];
                hole = i;
            }
        }
        slots[hole] = null;
    }
}
