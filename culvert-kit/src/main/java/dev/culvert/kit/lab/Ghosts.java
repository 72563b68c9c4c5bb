package dev.culvert.kit.lab;

import dev.culvert.kit.lab.Words.Pair;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.Segment;

/** Segments that only the network could bring: of an earlier connection between the same ports. */
final class Ghosts {
    private Ghosts() {}

    /** From client to server. */
    static Endpoints ends(final Pair pair) {
        return new Endpoints(
                pair.client().address(), Words.CLIENT, pair.server().address(), Words.SERVER);
    }

    /** A RST that looks like the client's: its number is the server's RCV.NXT. */
    static Segment rstOf(final Stage stage, final Pair pair) {
        final Segment fin = stage.first(pair.client(), Words.FIN).segment();
        return Segment.of(Segment.RST).len(0).seq(fin.seq + 1);
    }

    /** A SYN with a number so far above that of the client's. */
    static Segment later(final Stage stage, final Pair pair, final int above) {
        final Segment syn = stage.first(pair.client(), Words.SYN).segment();
        return Segment.of(Segment.SYN).len(0).seq(syn.seq + above).win(65_535).mss(1_460);
    }

    /** From this port of the client to the server's. */
    static Endpoints ends(final Host client, final Host server) {
        return new Endpoints(client.address(), Words.CLIENT, server.address(), Words.SERVER);
    }

    /** A SYN of nobody's. */
    static Segment syn(final int seq) {
        return Segment.of(Segment.SYN).len(0).seq(seq).win(65_535).mss(1_460);
    }
}
