package dev.culvert.tcp.call;

import dev.culvert.env.Errno;
import dev.culvert.tcp.EphemeralPorts;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.WantedFlow;
import dev.culvert.tcp.option.FastOpenOption;
import dev.culvert.tcp.out.HandshakeOutput;
import dev.culvert.timer.TimerKind;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.ParsedPacket;
import org.agrona.DirectBuffer;

/** RFC 9293 §3.10.1, OPEN: passive and active. Shard's thread only. */
public final class OpenCall {
    private static final int MAX_PORT = 65_535;
    /** Room that a SYN with text leaves for options, as on Linux. */
    private static final int MAX_OPTIONS = 40;

    private final TcpContext context;
    private final HandshakeOutput handshake;
    private final PortHolders holders;
    private final PortShortage shortage;
    private boolean isShort;
    private final WantedFlow wanted = new WantedFlow();
    private final FastOpenOption cookie = new FastOpenOption();

    /** Sends SYNs through this. */
    public OpenCall(final TcpContext context, final HandshakeOutput handshake) {
        this.context = context;
        this.handshake = handshake;
        holders = new PortHolders(context);
        shortage = new PortShortage(context);
    }

    /** Passive OPEN; the listener's identifier or a negative errno. */
    public long listen(
            final IpAddress local, final int port, final int backlog, final TcpConfig config, final Object attachment) {
        if (port < 0 || port > MAX_PORT || backlog < 1) {
            return -Errno.EINVAL;
        }
        if (!local.isAny() && !context.routing.isLocal(local.hi(), local.lo())) {
            return -Errno.EADDRNOTAVAIL;
        }
        final TcpConfig newcomer = config == null ? context.config : config;
        forget();
        final int chosen = port > 0 ? port : freeListenPort(local, newcomer);
        if (chosen == 0) {
            return -Errno.EADDRNOTAVAIL;
        }
        if (port > 0 && holders.refuse(local, port, newcomer)) {
            return -Errno.EADDRINUSE;
        }
        final Listener listener = context.listeners.add(local, chosen, backlog, config, attachment);
        context.moved(listener, TcpState.CLOSED, TcpState.LISTEN);
        return listener.id;
    }

    /**
     * Active OPEN in LISTEN: "change the connection from passive to active, select an ISS", send a SYN. The listener must be
     * closed by the caller when this has succeeded.
     */
    public long activate(
            final Listener listener,
            final IpAddress remote,
            final int remotePort,
            final Object attachment,
            final long nowNs) {
        final IpAddress local = listener.wildcard ? null : new IpAddress(listener.localHi, listener.localLo);
        if (remote.isV4() != listener.v4) {
            return -Errno.ENETUNREACH;
        }
        context.listeners.remove(listener); // else its own port would be in use
        final long connection =
                connect(local, listener.port, remote, remotePort, listener.config, attachment, null, 0, 0, nowNs);
        if (connection < 0) {
            context.listeners.restore(listener);
        } else {
            context.moved(listener, TcpState.LISTEN, TcpState.SYN_SENT);
        }
        return connection;
    }

    /** Whether nobody keeps a listener from this port; otherwise {@link #holder} says who. */
    public boolean mayListen(final IpAddress local, final int port, final TcpConfig config) {
        forget();
        return !holders.refuse(local, port, config == null ? context.config : config);
    }

    private int freeListenPort(final IpAddress local, final TcpConfig newcomer) {
        wanted.set(local.hi(), local.lo(), 0, 0, 0);
        return context.ports.chooseForListener(
                wanted, port -> !context.listeners.isPortUsed(port) && !holders.refuse(local, port, newcomer));
    }

    private void forget() {
        holders.forget();
        isShort = false;
    }

    /** Who kept the last {@link #listen} or {@link #connect} from its local port, in words; empty: nobody. */
    public String holder() {
        return isShort ? shortage.words(wanted) : holders.holder();
    }

    /**
     * Active OPEN: sends a SYN; the connection's identifier or a negative errno. The first {@code length} bytes to send may come
     * along: with Fast Open on the SYN, otherwise as soon as the connection is established.
     */
    public long connect(
            final IpAddress local,
            final int localPort,
            final IpAddress remote,
            final int remotePort,
            final TcpConfig config,
            final Object attachment,
            final DirectBuffer text,
            final int offset,
            final int length,
            final long nowNs) {
        forget();
        if (remotePort < 1 || remotePort > MAX_PORT || localPort < 0 || localPort > MAX_PORT || remote.isAny()) {
            return -Errno.EINVAL;
        }
        if (ParsedPacket.isMulticast(remote.hi(), remote.lo()) || remote.isV4() && (int) remote.lo() == -1) {
            return -Errno.ENETUNREACH; // MUST-46
        }
        final IpAddress source = local == null || local.isAny() ? context.routing.sourceFor(remote) : local;
        if (source == null || source.isV4() != remote.isV4()) {
            return -Errno.ENETUNREACH;
        }
        if (!context.routing.isLocal(source.hi(), source.lo())) {
            return -Errno.EADDRNOTAVAIL;
        }
        wanted.set(source.hi(), source.lo(), remote.hi(), remote.lo(), remotePort);
        final int error = choosePort(source, localPort, config == null ? context.config : config, nowNs);
        if (error != Errno.OK) {
            return -error;
        }
        return open(config, attachment, localPort == 0, text, offset, length, nowNs);
    }

    private int choosePort(final IpAddress source, final int localPort, final TcpConfig newcomer, final long nowNs) {
        if (localPort == 0) {
            wanted.localPort(context.localPorts.choose(wanted, newcomer, nowNs));
            isShort = wanted.localPort() == 0;
            return isShort ? Errno.EADDRNOTAVAIL : Errno.OK;
        }
        wanted.localPort(localPort);
        if (!context.owner.isHere(wanted)) {
            holders.elsewhere(wanted, context.owner);
            return Errno.EADDRNOTAVAIL;
        }
        if (holders.listens(source, localPort, newcomer)) {
            return Errno.EADDRINUSE;
        }
        if (context.localPorts.verdictOnNamed(wanted, newcomer, nowNs) == EphemeralPorts.FREE) {
            return Errno.OK;
        }
        final int hash = context.connections.hash(wanted);
        final Tcb twin = context.connections.find(hash, wanted);
        if (twin == null && context.halfOpen.rows.find(hash, wanted) < 0) {
            holders.name(wanted, TcpState.TIME_WAIT);
            return Errno.EADDRNOTAVAIL;
        }
        holders.name(wanted, twin == null ? TcpState.SYN_RECEIVED : twin.state);
        return Errno.EADDRINUSE;
    }

    private long open(
            final TcpConfig config,
            final Object attachment,
            final boolean portChosen,
            final DirectBuffer text,
            final int offset,
            final int length,
            final long nowNs) {
        if (length > (config == null ? context.config : config).sendBufferBytes()) {
            return -Errno.EMSGSIZE;
        }
        final long secret = context.isn.hash(wanted);
        final int hash = context.connections.hash(wanted);
        final int iss = context.shadows.reuse(hash, wanted, context.isn.isn(secret, nowNs), nowNs);
        final Tcb tcb = context.create(wanted, hash, config, iss, context.isn.tsOffset(secret));
        context.beginRecovery(tcb);
        tcb.portChosen = portChosen;
        if (length > 0 && tcb.snd.append(text, offset, length) < length) {
            context.retire(tcb);
            context.shadows.failed(tcb, nowNs);
            context.free(tcb);
            return -Errno.ENOBUFS;
        }
        tcb.snd.textEnd += length;
        tcb.attachment = attachment;
        tcb.active = true;
        tcb.snd.nxt = tcb.snd.iss + 1;
        tcb.snd.openedNs = nowNs;
        tcb.snd.lastSentNs = nowNs;
        tcb.snd.stalledSinceNs = nowNs;
        context.move(tcb, TcpState.SYN_SENT, nowNs);
        // No text on the SYN where the peer has yet to prove that it does not mean an older connection.
        if (text != null && tcb.config.fastOpenClient() && context.shadows.of(tcb, nowNs) < 0) {
            fastOpen(tcb, nowNs);
        } else {
            handshake.syn(tcb, false, null, nowNs);
        }
        context.timers.set(tcb.timers, TimerKind.RETRANSMIT, nowNs + tcb.rtt.rtoNs());
        return tcb.id;
    }

    /** RFC 7413 §4.2.1: with the server's cookie text goes on the SYN, without one the SYN asks for it. */
    private void fastOpen(final Tcb tcb, final long nowNs) {
        final boolean cookieless = tcb.config.fastOpenCookieless();
        final int room = fastOpenBytes(tcb.remoteHi(), tcb.remoteLo(), cookieless, nowNs);
        final int bytes = Math.min(tcb.snd.unsentBytes(), room);
        tcb.askedFastOpen = cookie.length != FastOpenOption.ABSENT;
        if (bytes == 0) {
            handshake.syn(tcb, false, cookie, nowNs);
            return;
        }
        handshake.synWithText(tcb, cookie, bytes, nowNs);
        tcb.sent.append(tcb.snd.nxt, tcb.snd.nxt + bytes, bytes == tcb.snd.unsentBytes(), nowNs);
        tcb.snd.nxt += bytes;
    }

    /** How much text a SYN to this server may carry now; 0: there is no cookie of its, and one is wanted. */
    public int fastOpenBytes(final long serverHi, final long serverLo, final boolean cookieless, final long nowNs) {
        final int known = context.fastOpenCache.look(serverHi, serverLo, cookie, nowNs);
        if (!cookie.hasCookie() && !cookieless) {
            return 0;
        }
        if (cookieless) {
            cookie.clear();
        }
        final int headers = IpAddress.isV4(serverHi, serverLo) ? 40 : 60;
        final int here = context.routing.mtuTo(serverHi, serverLo) - headers;
        return Math.max(0, (known == 0 ? here : Math.min(known, here)) - MAX_OPTIONS);
    }
}
