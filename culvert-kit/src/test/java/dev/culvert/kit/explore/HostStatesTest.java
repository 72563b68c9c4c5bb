package dev.culvert.kit.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether hosts that are taken for the same are the same to all that can happen to them. */
class HostStatesTest {
    private static HostStates host(final String model, final int number) {
        return new HostStates(Model.named(model).orElseThrow(), number, UnaryOperator.identity());
    }

    private static String deeds(final Transition transition) {
        final StringBuilder text = new StringBuilder(transition.failure());
        for (final Transition.Note note : transition.notes()) {
            text.append(note.packet() == null ? note.state() : note.packet().hash()).append(' ');
        }
        return text + (transition.after() == null ? "" : "to " + transition.after().key);
    }

    /** Two ways to one state: what was ever asked in it has the same answer for a stack that took the other way. */
    @ParameterizedTest
    @CsvSource({"open, 1, 1", "simultaneous-close, 1, 0", "half-close, 0, 1", "data, 0, 1", "reset, 1, 0", "retry, 1, 0"})
    void statesThatLookAlikeBehaveAlike(final String model, final int duplicates, final int reorders) {
        final List<Transition> others = new ArrayList<>();
        try (Hosts hosts = new Hosts(Model.named(model).orElseThrow(), UnaryOperator.identity(), others::add)) {
            new Exploration(Model.named(model).orElseThrow(), new Budget(0, duplicates, reorders, 0)).walk(hosts, () -> false);
            assertTrue(others.size() > 5, () -> "only " + others.size() + " states were met twice");
            final int step = Math.max(1, others.size() / 25);
            for (int i = 0; i < others.size(); i += step) {
                final Transition way = others.get(i);
                for (final Transition known : way.after().known.values()) {
                    try (HostStates fresh = host(model, way.before().number)) {
                        final HostState same = fresh.along(way);
                        assertEquals(deeds(known), deeds(fresh.after(same, known.event())));
                    }
                }
            }
        }
    }

    @Test
    void whoHearsWhatHeKnewIsWhatHeWas() {
        try (HostStates b = host("half-close", 1);
                HostStates a = host("half-close", 0)) {
            final Transition syn = a.after(a.first(), Event.step(0));
            final Transition synAck = b.after(b.first(), Event.arrives(syn.sent().get(0)));
            final Transition ack =
                    a.after(syn.after(), Event.arrives(synAck.sent().get(0)));
            final Transition open =
                    b.after(synAck.after(), Event.arrives(ack.sent().get(0)));
            final Event again = Event.arrives(ack.sent().get(0));
            assertSame(open.after(), b.after(open.after(), again).after());
            assertNotSame(open.after(), synAck.after());
        }
    }
}
