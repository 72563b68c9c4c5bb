package dev.culvert.kit.coverage;

import static dev.culvert.kit.arc.ArcCause.CALL;
import static dev.culvert.kit.arc.ArcCause.RST;
import static dev.culvert.kit.arc.ArcCause.SEGMENT;
import static dev.culvert.kit.arc.ArcCause.SYN;
import static dev.culvert.kit.arc.ArcCause.TIMEOUT;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.CLOSING;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.FIN_WAIT_1;
import static dev.culvert.tcp.TcpState.FIN_WAIT_2;
import static dev.culvert.tcp.TcpState.LAST_ACK;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static dev.culvert.tcp.TcpState.TIME_WAIT;

import dev.culvert.kit.arc.ArcCause;
import dev.culvert.kit.arc.StateArc;
import dev.culvert.kit.arc.StateArcs;
import dev.culvert.tcp.TcpState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Draws figure 5 of RFC 9293 as SVG: arcs that were taken are green, others red. Below each state stand its ways to CLOSED. */
final class ArcDrawing {
    private static final int WIDTH = 150;
    private static final int HEIGHT = 34;

    /** Where a state stands: the centre of its box. */
    private record Place(int x, int y) {}

    /** Where an arc begins and ends, and where its label stands. */
    private record Line(
            TcpState from,
            ArcCause cause,
            TcpState to,
            int x1,
            int y1,
            int x2,
            int y2,
            int labelX,
            int labelY,
            String anchor) {}

    private static final Map<TcpState, Place> PLACES = new TreeMap<>(Map.ofEntries(
            Map.entry(CLOSED, new Place(470, 40)),
            Map.entry(LISTEN, new Place(470, 150)),
            Map.entry(SYN_RECEIVED, new Place(140, 270)),
            Map.entry(SYN_SENT, new Place(800, 270)),
            Map.entry(ESTABLISHED, new Place(470, 390)),
            Map.entry(FIN_WAIT_1, new Place(260, 520)),
            Map.entry(CLOSE_WAIT, new Place(760, 520)),
            Map.entry(FIN_WAIT_2, new Place(100, 660)),
            Map.entry(CLOSING, new Place(520, 660)),
            Map.entry(LAST_ACK, new Place(760, 660)),
            Map.entry(TIME_WAIT, new Place(420, 800))));

    private static final List<Line> LINES = List.of(
            new Line(CLOSED, CALL, LISTEN, 450, 57, 450, 133, 444, 92, "end"),
            new Line(LISTEN, CALL, CLOSED, 490, 133, 490, 57, 496, 92, "start"),
            new Line(CLOSED, CALL, SYN_SENT, 545, 50, 780, 253, 668, 132, "start"),
            new Line(SYN_SENT, CALL, CLOSED, 830, 253, 545, 32, 772, 190, "start"),
            new Line(LISTEN, CALL, SYN_SENT, 545, 162, 725, 258, 600, 222, "end"),
            new Line(LISTEN, SYN, SYN_RECEIVED, 395, 150, 150, 253, 262, 186, "end"),
            new Line(SYN_RECEIVED, RST, LISTEN, 190, 253, 420, 167, 330, 222, "start"),
            new Line(SYN_SENT, SYN, SYN_RECEIVED, 725, 275, 215, 275, 470, 268, "middle"),
            new Line(SYN_SENT, SYN, ESTABLISHED, 790, 287, 545, 383, 690, 345, "start"),
            new Line(SYN_RECEIVED, SEGMENT, ESTABLISHED, 170, 287, 395, 383, 300, 332, "start"),
            new Line(SYN_RECEIVED, SEGMENT, FIN_WAIT_1, 120, 287, 230, 503, 166, 400, "end"),
            new Line(ESTABLISHED, CALL, FIN_WAIT_1, 440, 407, 280, 503, 352, 446, "end"),
            new Line(ESTABLISHED, SEGMENT, CLOSE_WAIT, 500, 407, 740, 503, 640, 452, "start"),
            new Line(FIN_WAIT_1, SEGMENT, FIN_WAIT_2, 220, 537, 110, 643, 154, 588, "end"),
            new Line(FIN_WAIT_1, SEGMENT, CLOSING, 310, 537, 500, 643, 424, 596, "start"),
            new Line(FIN_WAIT_1, SEGMENT, TIME_WAIT, 265, 537, 400, 783, 316, 628, "end"),
            new Line(FIN_WAIT_2, SEGMENT, TIME_WAIT, 110, 677, 345, 795, 196, 742, "end"),
            new Line(CLOSING, SEGMENT, TIME_WAIT, 510, 677, 440, 783, 486, 738, "start"),
            new Line(CLOSE_WAIT, CALL, LAST_ACK, 760, 537, 760, 643, 768, 588, "start"),
            new Line(LAST_ACK, SEGMENT, CLOSED, 760, 677, 760, 783, 768, 728, "start"),
            new Line(TIME_WAIT, TIMEOUT, CLOSED, 495, 800, 685, 800, 590, 792, "middle"));

    private final ArcRun run;
    private final StringBuilder svg = new StringBuilder();

    private ArcDrawing(final ArcRun run) {
        this.run = run;
    }

    static String of(final ArcRun run) {
        final ArcDrawing drawing = new ArcDrawing(run);
        drawing.head();
        LINES.forEach(drawing::line);
        PLACES.forEach(drawing::state);
        drawing.box(760, 800, "CLOSED");
        drawing.svg.append("</svg>\n");
        return drawing.svg.toString();
    }

    /** The arcs of figure 5 that have a place in the drawing. */
    static int size() {
        return LINES.size();
    }

    private void head() {
        svg.append(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 940 870\" font-family=\"sans-serif\" font-size=\"12\">\n")
                .append("<title>Arcs of RFC 9293 figure 5 that the tests take</title>\n<defs>\n");
        marker("taken", "#1a7f37");
        marker("missing", "#cf222e");
        svg.append("</defs>\n<rect width=\"940\" height=\"870\" fill=\"#ffffff\"/>\n");
    }

    private void marker(final String id, final String colour) {
        svg.append("<marker id=\"").append(id);
        svg.append(
                "\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">");
        svg.append("<path d=\"M0 0L10 5L0 10z\" fill=\"").append(colour).append("\"/></marker>\n");
    }

    private void line(final Line line) {
        final int index = StateArcs.indexOf(line.from, line.cause, line.to);
        final StateArc arc = StateArcs.ALL.get(index);
        final boolean taken = run.taken().containsKey(index);
        svg.append("<path d=\"M").append(line.x1).append(' ').append(line.y1);
        svg.append('L').append(line.x2).append(' ').append(line.y2);
        svg.append("\" fill=\"none\" stroke=\"")
                .append(taken ? "#1a7f37" : "#cf222e")
                .append("\" stroke-width=\"1.5\"");
        svg.append(taken ? "" : " stroke-dasharray=\"4 3\"");
        svg.append(" marker-end=\"url(#").append(taken ? "taken" : "missing").append(")\"/>\n");
        text(line.labelX, line.labelY, line.anchor, "#24292f", arc.event());
        if (!arc.action().isEmpty()) {
            text(line.labelX, line.labelY + 14, line.anchor, "#57606a", arc.action());
        }
    }

    private void state(final TcpState state, final Place place) {
        box(place.x, place.y, ArcDocument.name(state));
        final StringBuilder ways = new StringBuilder();
        for (int i = 0; i < StateArcs.ALL.size(); i++) {
            final StateArc arc = StateArcs.ALL.get(i);
            if (arc.from() == state && arc.to() == CLOSED && arc.family() != StateArc.Family.FIGURE_5) {
                final String cause = arc.cause() == CALL ? "ABORT" : arc.cause().name();
                ways.append(ways.isEmpty() ? "to CLOSED: " : ", ")
                        .append(run.taken().containsKey(i) ? "" : "not ");
                ways.append(cause.equals("SEGMENT") ? state == TcpState.TIME_WAIT ? "cap" : "text" : cause);
            }
        }
        text(place.x, place.y + HEIGHT / 2 + 13, "middle", "#8250df", ways.toString());
    }

    private void box(final int x, final int y, final String name) {
        svg.append("<rect x=\"").append(x - WIDTH / 2).append("\" y=\"").append(y - HEIGHT / 2);
        svg.append("\" width=\"").append(WIDTH).append("\" height=\"").append(HEIGHT);
        svg.append("\" rx=\"4\" fill=\"#f6f8fa\" stroke=\"#24292f\"/>\n");
        text(x, y + 5, "middle", "#24292f", name);
    }

    private void text(final int x, final int y, final String anchor, final String colour, final String words) {
        if (!words.isEmpty()) {
            svg.append("<text x=\"")
                    .append(x)
                    .append("\" y=\"")
                    .append(y)
                    .append("\" text-anchor=\"")
                    .append(anchor);
            svg.append("\" fill=\"").append(colour).append("\">").append(words).append("</text>\n");
        }
    }
}
