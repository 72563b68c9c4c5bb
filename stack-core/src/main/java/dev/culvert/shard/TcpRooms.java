package dev.culvert.shard;

import dev.culvert.tcp.Endings;
import dev.culvert.tcp.PathMtu;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.call.CloseCall;
import dev.culvert.tcp.call.OpenCall;
import dev.culvert.tcp.call.ReceiveCall;
import dev.culvert.tcp.call.SendCall;
import dev.culvert.tcp.call.UrgentCall;
import dev.culvert.tcp.in.AckProcessing;
import dev.culvert.tcp.in.CookieHandshake;
import dev.culvert.tcp.in.FastOpenClient;
import dev.culvert.tcp.in.FastOpenServer;
import dev.culvert.tcp.in.FinProcessing;
import dev.culvert.tcp.in.HalfOpenArrives;
import dev.culvert.tcp.in.Handshake;
import dev.culvert.tcp.in.IcmpArrives;
import dev.culvert.tcp.in.ListenState;
import dev.culvert.tcp.in.OtherStates;
import dev.culvert.tcp.in.SegmentArrives;
import dev.culvert.tcp.in.SynSentState;
import dev.culvert.tcp.in.TextProcessing;
import dev.culvert.tcp.in.TimeWaitArrives;
import dev.culvert.tcp.out.AckScheduler;
import dev.culvert.tcp.out.HandshakeOutput;
import dev.culvert.tcp.out.PacketBuilder;
import dev.culvert.tcp.out.ReceiveWindow;
import dev.culvert.tcp.out.RecoveryTimers;
import dev.culvert.tcp.out.Replies;
import dev.culvert.tcp.out.SegmentOutput;
import dev.culvert.tcp.out.Transmitter;
import dev.culvert.tcp.timeout.GivingUp;
import dev.culvert.tcp.timeout.KeepAlive;
import dev.culvert.tcp.timeout.LossProbe;
import dev.culvert.tcp.timeout.OrphanTimeout;
import dev.culvert.tcp.timeout.RetransmissionTimeout;
import dev.culvert.tcp.timeout.RowTimeouts;
import dev.culvert.tcp.timeout.TimerExpiry;
import dev.culvert.tcp.timeout.ZeroWindowProbe;
import dev.culvert.wire.PacketSink;

/** Wires the rooms of RFC 9293 §3.10 together: output first, then segments, calls and timeouts. The only place that does. */
final class TcpRooms {
    final Transmitter transmitter;
    final SegmentArrives segmentArrives;
    final IcmpArrives icmpArrives;
    final OpenCall open;
    final SendCall send;
    final UrgentCall urgent;
    final ReceiveCall receive;
    final CloseCall close;
    final TimerExpiry timerExpiry;
    final RowTimeouts rowTimeouts;
    final KeepAlive keepAlive;
    final AckScheduler acks;

    TcpRooms(final TcpContext context, final PacketSink sink, final boolean checksumOffload) {
        final PacketBuilder builder = new PacketBuilder(context, sink, checksumOffload);
        final ReceiveWindow windows = new ReceiveWindow(context);
        acks = new AckScheduler(context);
        final SegmentOutput output = new SegmentOutput(context, builder, windows, acks);
        final HandshakeOutput handshakeOutput = new HandshakeOutput(context, builder, acks);
        final Replies replies = new Replies(context, builder, output, acks);
        final PathMtu pathMtu = new PathMtu(context);
        final RecoveryTimers recoveryTimers = new RecoveryTimers(context);
        transmitter = new Transmitter(context, output, pathMtu, recoveryTimers);

        final Endings endings = new Endings(context);
        final Handshake handshake = new Handshake(context, pathMtu);
        final FastOpenClient fastOpenClient = new FastOpenClient(context);
        final OtherStates otherStates = new OtherStates(
                context,
                replies,
                acks,
                endings,
                handshakeOutput,
                new AckProcessing(
                        context, replies, endings, handshake, fastOpenClient, recoveryTimers, pathMtu.search()),
                new TextProcessing(context, replies, acks, endings),
                new FinProcessing(context, replies, acks, endings));
        final HalfOpenArrives halfOpen = new HalfOpenArrives(context, replies, handshakeOutput, handshake, otherStates);
        final CookieHandshake cookies = new CookieHandshake(context, handshakeOutput, halfOpen);
        final FastOpenServer fastOpenServer = new FastOpenServer(context, handshakeOutput, handshake);
        final ListenState listenState = new ListenState(context, replies, handshakeOutput, cookies, fastOpenServer);
        segmentArrives = new SegmentArrives(
                context,
                replies,
                listenState,
                new SynSentState(
                        context, replies, handshakeOutput, acks, endings, handshake, fastOpenClient, otherStates),
                halfOpen,
                new TimeWaitArrives(context, replies, listenState),
                otherStates);
        icmpArrives = new IcmpArrives(context, endings, pathMtu);

        open = new OpenCall(context, handshakeOutput);
        send = new SendCall(context);
        urgent = new UrgentCall(send);
        receive = new ReceiveCall(context, windows, acks);
        close = new CloseCall(context, replies, endings);

        final GivingUp givingUp = new GivingUp(context, endings);
        keepAlive = new KeepAlive(context, output, replies, givingUp);
        timerExpiry = new TimerExpiry(
                context,
                acks,
                new RetransmissionTimeout(context, handshakeOutput, givingUp, recoveryTimers, pathMtu.search()),
                new LossProbe(context, transmitter, recoveryTimers),
                new ZeroWindowProbe(context, output, givingUp),
                keepAlive,
                new OrphanTimeout(context, replies, endings));
        rowTimeouts = new RowTimeouts(context, handshakeOutput);
    }
}
