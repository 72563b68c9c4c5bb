package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;

import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.TcpState;

/** The shortest way from nothing to each of the eleven states, as a script. */
final class Openings {
    private Openings() {}

    static void reach(final Script script, final TcpState state) {
        switch (state) {
            case CLOSED -> {}
            case LISTEN -> script.listen();
            case SYN_SENT -> script.connect().expect(syn().seq(0));
            case SYN_RECEIVED -> synReceived(script);
            case ESTABLISHED -> established(script);
            case FIN_WAIT_1 -> finWait1(script);
            case FIN_WAIT_2 -> finWait2(script);
            case CLOSE_WAIT -> closeWait(script);
            case CLOSING -> {
                finWait1(script);
                script.inject(fin().seq(1).ack(1)).expect(ack().seq(2).ack(2));
            }
            case LAST_ACK -> {
                closeWait(script);
                script.shutdownWrite().expect(fin().seq(1).ack(2));
            }
            case TIME_WAIT -> {
                finWait2(script);
                script.inject(fin().seq(1).ack(2)).expect(ack().seq(2).ack(2));
            }
        }
        script.expectState(state).forgetEvents();
    }

    private static void synReceived(final Script script) {
        if (script.setup().active) {
            script.connect().expect(syn().seq(0));
            script.inject(offer(script, syn().seq(0))).expect(synAck().seq(0).ack(1));
        } else {
            script.listen();
            script.inject(offer(script, syn().seq(0))).expect(synAck().seq(0).ack(1));
        }
    }

    private static void established(final Script script) {
        if (script.setup().active) {
            script.connect().expect(syn().seq(0)).advance(Segments.ms(script.setup().rttMs));
            script.inject(offer(script, synAck().seq(0).ack(1)))
                    .expect(ack().seq(1).ack(1));
        } else {
            synReceived(script);
            script.advance(Segments.ms(script.setup().rttMs));
            script.inject(ack().seq(1).ack(1)).expectNothing().accept();
        }
    }

    private static void finWait1(final Script script) {
        established(script);
        script.shutdownWrite().expect(fin().seq(1).ack(1));
    }

    private static void finWait2(final Script script) {
        finWait1(script);
        script.inject(ack().seq(1).ack(2)).expectNothing();
    }

    private static void closeWait(final Script script) {
        established(script);
        script.inject(fin().seq(1).ack(1)).expect(ack().seq(1).ack(2));
    }

    /** The peer's SYN or SYN-ACK with the options that the set-up asks for. */
    static Segment offer(final Script script, final Segment segment) {
        final Setup setup = script.setup();
        segment.mss(setup.peerMss).wscale(setup.peerWscale);
        if (setup.peerSack) {
            segment.sackOk();
        }
        segment.ts = setup.peerTimestamps;
        return segment;
    }
}
