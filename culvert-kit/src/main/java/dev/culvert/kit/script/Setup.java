package dev.culvert.kit.script;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.IpAddress;
import java.util.function.UnaryOperator;

/**
 * How a script begins: which family, which configuration, what the peer offers. The defaults are a plain IPv4 peer with MSS
 * 1,000, window 65,535 and no other option, which the stack has accepted as a server.
 */
public final class Setup {
    static final int LOCAL_PORT = 8080;
    static final int PEER_PORT = 40_000;

    TcpConfigBuilder config = TcpConfig.DEFAULT.with();
    UnaryOperator<ShardConfig> shard = UnaryOperator.identity();
    boolean v6;
    boolean active;
    long seed = 1;
    int mtu = 1_500;
    int peerMss = 1_000;
    int peerWscale = -1;
    boolean peerTimestamps;
    boolean peerSack;
    int peerWindow = 65_535;
    int irs = 0x1d2c3b4a;
    Integer iss;
    int backlog = 16;
    TcpConfig listenerConfig;
    int rttMs;

    /** Over IPv6 instead of IPv4. */
    public Setup v6() {
        v6 = true;
        return this;
    }

    /** Over IPv6 or IPv4. */
    public Setup family(final boolean useV6) {
        v6 = useV6;
        return this;
    }

    /** The stack opens the connection; without this it listens and accepts. */
    public Setup active() {
        active = true;
        return this;
    }

    /** Seed of the stack's secrets. */
    public Setup seed(final long value) {
        seed = value;
        return this;
    }

    /** Changes the TCP configuration. */
    public Setup config(final UnaryOperator<TcpConfigBuilder> change) {
        config = change.apply(config);
        return this;
    }

    /** Changes the shard's configuration. */
    public Setup shard(final UnaryOperator<ShardConfig> change) {
        shard = change;
        return this;
    }

    /** MTU of the device in bytes. */
    public Setup mtu(final int bytes) {
        mtu = bytes;
        return this;
    }

    /** MSS option of the peer's SYN; −1: none. */
    public Setup peerMss(final int bytes) {
        peerMss = bytes;
        return this;
    }

    /** The peer's SYN has a window scale option with this shift. */
    public Setup peerWscale(final int shift) {
        peerWscale = shift;
        return this;
    }

    /** The peer's SYN has timestamps, and so has everything after it. */
    public Setup peerTimestamps() {
        peerTimestamps = true;
        return this;
    }

    /** The peer's SYN permits SACK. */
    public Setup peerSack() {
        peerSack = true;
        return this;
    }

    /** The peer's SYN carries what Linux's does: SACK, timestamps, window scale 7. */
    public Setup peerLikeLinux() {
        return peerSack().peerTimestamps().peerWscale(7);
    }

    /** Window field that the peer's segments carry unless they say otherwise. */
    public Setup peerWindow(final int field) {
        peerWindow = field;
        return this;
    }

    /** The peer's initial sequence number on the wire. */
    public Setup irs(final int value) {
        irs = value;
        return this;
    }

    /** The stack's initial sequence number on the wire, by beginning at the time when RFC 6528's clock gives it. */
    public Setup iss(final int value) {
        iss = value;
        return this;
    }

    /** The handshake takes this long, which is the stack's first round-trip sample; 0: no time at all. */
    public Setup rttMs(final int value) {
        rttMs = value;
        return this;
    }

    /** The listener has a TCP configuration of its own. */
    public Setup listenerConfig(final UnaryOperator<TcpConfigBuilder> change) {
        listenerConfig = change.apply(TcpConfig.DEFAULT.with()).build();
        return this;
    }

    /** Backlog of the listener. */
    public Setup backlog(final int value) {
        backlog = value;
        return this;
    }

    /** Begins the script with a connection in this state. */
    public Script given(final TcpState state) {
        final Script script = new Script(this, iss == null ? 0 : IssSearch.startNs(this, iss));
        Openings.reach(script, state);
        return script;
    }

    ShardConfig shardConfig() {
        return shard.apply(ShardConfig.of(IpAddress.parse("10.83.0.2"), IpAddress.parse("fd83::2"))
                .withMtu(v6 ? Math.max(mtu, 1_280) : mtu, v6 ? Math.max(mtu, 1_280) : mtu)
                .withTcp(config.build()));
    }

    /** From the peer to the stack. */
    Endpoints inbound() {
        return new Endpoints(
                IpAddress.parse(v6 ? "fd83::1" : "10.83.0.1"),
                PEER_PORT,
                IpAddress.parse(v6 ? "fd83::2" : "10.83.0.2"),
                LOCAL_PORT);
    }

    /** Payload bytes that fit the MTU without options. */
    int ipMss() {
        return mtu - (v6 ? 60 : 40);
    }
}
