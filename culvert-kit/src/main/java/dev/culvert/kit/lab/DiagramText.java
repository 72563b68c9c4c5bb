package dev.culvert.kit.lab;

import dev.culvert.kit.lab.Diagram.Event;
import java.util.List;
import java.util.Locale;

/** A diagram for terminals, in plain characters: time runs down, one column per host. */
final class DiagramText {
    private static final int FIRST_LANE = 12;
    private static final int APART = 52;
    private static final long PAUSE_NS = 1_000_000_000;

    private final Diagram diagram;
    private final List<Event> events;
    private final StringBuilder text = new StringBuilder();
    private final boolean[] drawn;

    private DiagramText(final Diagram diagram) {
        this.diagram = diagram;
        events = diagram.events();
        drawn = new boolean[events.size()];
    }

    /** The drawing, each line with its end. */
    static String of(final Diagram diagram) {
        return new DiagramText(diagram).draw();
    }

    private String draw() {
        final Line head = new Line("time s");
        for (int i = 0; i < diagram.lanes().size(); i++) {
            head.put(x(i), diagram.lanes().get(i));
        }
        head.end();
        long last = 0;
        for (int i = 0; i < events.size(); i++) {
            final Event event = events.get(i);
            if (!drawn[i]) {
                if (event.timeNs() - last >= PAUSE_NS) {
                    lanes("").end();
                }
                last = event.timeNs();
                draw(i, event);
            }
        }
        return text.toString();
    }

    private void draw(final int index, final Event event) {
        final Line line = lanes(String.format(Locale.ROOT, "%.3f", event.timeNs() / 1e9));
        switch (event.kind()) {
            case SEND -> send(line, index, event);
            case ARRIVE, GHOST -> line.arrow(event.peer(), event.lane(), event.text(), End.FLYING, End.HEAD);
            case STATE -> line.put(x(event.lane()) + 2, "[" + event.text() + "]");
            case CALL, NOTE -> words(line, event);
        }
        line.end();
    }

    private void words(final Line first, final Event event) {
        Line line = first;
        for (final String part : Diagram.wrap(event.text(), APART - 4)) {
            if (line.isEnded()) {
                line = lanes("");
            }
            line.put(x(event.lane()) + 2, part);
            line.end();
        }
    }

    private void send(final Line line, final int index, final Event event) {
        final int arrival = Diagram.arrival(events, index);
        final boolean whole = arrival >= 0 && Diagram.isQuiet(events, index, arrival, event.lane());
        if (whole) {
            drawn[arrival] = true;
        }
        line.arrow(
                event.lane(),
                event.peer(),
                event.text(),
                End.PLAIN,
                whole ? End.HEAD : arrival < 0 ? End.LOST : End.FLYING);
    }

    /** How an arrow begins or ends, as drawn from left to right. */
    private enum End {
        PLAIN(""),
        HEAD(">"),
        FLYING(" . . . "),
        LOST("x      ");

        private final String text;

        End(final String text) {
            this.text = text;
        }
    }

    private static int x(final int lane) {
        return FIRST_LANE + lane * APART;
    }

    private Line lanes(final String time) {
        final Line line = new Line(time);
        for (int i = 0; i < diagram.lanes().size(); i++) {
            line.put(x(i), "|");
        }
        return line;
    }

    /** One line, on which things may be put anywhere. */
    private final class Line {
        private final StringBuilder chars = new StringBuilder();
        private boolean ended;

        Line(final String time) {
            put(FIRST_LANE - 2 - time.length(), time);
        }

        void put(final int column, final String what) {
            while (chars.length() < column + what.length()) {
                chars.append(' ');
            }
            chars.replace(column, column + what.length(), what);
        }

        /** An arrow with its label. */
        void arrow(final int from, final int to, final String label, final End tail, final End head) {
            final boolean right = from < to;
            final int left = x(Math.min(from, to)) + 1;
            final int width = x(Math.max(from, to)) - left;
            final StringBuilder arrow = new StringBuilder(tail.text)
                    .append("-".repeat(width - tail.text.length() - head.text.length()))
                    .append(head.text);
            final String words = " " + label + " ";
            if (!right) {
                arrow.reverse();
                swap(arrow);
            }
            final int at = (width - words.length()) / 2;
            arrow.replace(at, at + words.length(), words);
            put(left, arrow.toString());
        }

        private void swap(final StringBuilder arrow) {
            for (int i = 0; i < arrow.length(); i++) {
                if (arrow.charAt(i) == '>') {
                    arrow.setCharAt(i, '<');
                }
            }
        }

        boolean isEnded() {
            return ended;
        }

        /** Writes it, once. */
        void end() {
            if (ended) {
                return;
            }
            ended = true;
            text.append(chars.toString().stripTrailing()).append('\n');
        }
    }
}
