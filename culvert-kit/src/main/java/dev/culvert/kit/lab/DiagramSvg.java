package dev.culvert.kit.lab;

import dev.culvert.kit.lab.Diagram.Event;
import dev.culvert.kit.lab.Diagram.Kind;
import dev.culvert.kit.svg.Svg;
import java.util.List;
import java.util.Locale;

/** A diagram as a picture: time runs down, packets take their time. */
final class DiagramSvg {
    private static final int MARGIN = 330;
    private static final int APART = 420;
    private static final int ROW = 20;
    private static final int TOP = 50;
    private static final int TEXT_WIDTH = 40;
    private static final long PAUSE_NS = 1_000_000_000;

    private final Diagram diagram;
    private final List<Event> events;
    private final int[] y;
    private final boolean[] paused;
    private final Svg svg;

    private DiagramSvg(final Diagram diagram) {
        this.diagram = diagram;
        events = diagram.events();
        y = new int[events.size()];
        paused = new boolean[events.size()];
        final int height = layOut();
        svg = new Svg(2 * MARGIN + (diagram.lanes().size() - 1) * APART, height);
    }

    /** The picture. */
    static String of(final Diagram diagram) {
        return new DiagramSvg(diagram).draw();
    }

    private int layOut() {
        int at = TOP;
        for (int i = 0; i < events.size(); i++) {
            paused[i] = i > 0 && events.get(i).timeNs() - events.get(i - 1).timeNs() >= PAUSE_NS;
            at += paused[i] ? ROW : 0;
            y[i] = at;
            final boolean text = !events.get(i).isPacket() && events.get(i).kind() != Kind.STATE;
            at += ROW * (text ? Diagram.wrap(events.get(i).text(), TEXT_WIDTH).size() : 1);
        }
        return at + ROW;
    }

    private static int x(final int lane) {
        return MARGIN + lane * APART;
    }

    private String draw() {
        for (int i = 0; i < diagram.lanes().size(); i++) {
            svg.line(x(i), TOP - 14, x(i), svg.height() - 8, "lane");
            svg.text(x(i), TOP - 24, "middle", "name", diagram.lanes().get(i));
        }
        String last = "";
        for (int i = 0; i < events.size(); i++) {
            final String time =
                    String.format(Locale.ROOT, "%.3f s", events.get(i).timeNs() / 1e9);
            if (!time.equals(last)) {
                svg.text(8, y[i] + 4, "start", "time", time);
                last = time;
            }
            if (paused[i]) {
                pause(y[i] - ROW);
            }
            draw(i, events.get(i));
        }
        return svg.end();
    }

    private void pause(final int at) {
        for (int i = 0; i < diagram.lanes().size(); i++) {
            svg.line(x(i) - 6, at + 2, x(i) + 6, at - 2, "lane");
            svg.line(x(i) - 6, at + 6, x(i) + 6, at + 2, "lane");
        }
    }

    private void draw(final int index, final Event event) {
        switch (event.kind()) {
            case SEND -> send(index, event);
            case GHOST -> {
                final int half = (x(event.peer()) + x(event.lane())) / 2;
                svg.arrow(half, y[index] - ROW / 2, x(event.lane()), y[index], "ghost", event.text());
            }
            case ARRIVE -> {} // drawn with its SEND
            case STATE -> svg.pill(x(event.lane()), y[index], color(event.text()), event.text());
            case CALL, NOTE -> words(index, event);
        }
    }

    private void send(final int index, final Event event) {
        final int from = x(event.lane());
        final int arrival = Diagram.arrival(events, index);
        if (arrival >= 0) {
            svg.arrow(from, y[index], x(event.peer()), y[arrival], "packet", event.text());
        } else {
            final int end = from + (x(event.peer()) - from) * 3 / 4;
            svg.arrow(from, y[index], end, y[index] + ROW / 2, "lost", event.text());
            svg.text(
                    end + (end > from ? 6 : -6), y[index] + ROW / 2 + 4, end > from ? "start" : "end", "cross", "lost");
        }
    }

    private void words(final int index, final Event event) {
        final boolean left = event.lane() == 0;
        int at = y[index] + 4;
        for (final String part : Diagram.wrap(event.text(), TEXT_WIDTH)) {
            svg.text(
                    x(event.lane()) + (left ? -12 : 12),
                    at,
                    left ? "end" : "start",
                    event.kind() == Kind.NOTE ? "note" : "call",
                    part);
            at += ROW;
        }
    }

    private static String color(final String state) {
        if (state.startsWith("ESTABLISHED")) {
            return "#cfe8cf";
        }
        if (state.startsWith("TIME-WAIT")) {
            return "#fbe3b0";
        }
        return state.startsWith("CLOSED") ? "#e2e2e2" : "#d3e3f7";
    }
}
