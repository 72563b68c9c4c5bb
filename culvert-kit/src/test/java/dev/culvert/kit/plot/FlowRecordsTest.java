package dev.culvert.kit.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** However much happens, records stay within their limits, and the busiest connections stay in the picture. */
class FlowRecordsTest {
    private static FlowEnd flow(final int number) {
        return new FlowEnd("a", number, "10.83.0.2:80", "10.83.0.1:" + number);
    }

    private static void send(final FlowRecords records, final int flow, final int segments) {
        for (int i = 0; i < segments; i++) {
            records.onSent(flow(flow), i, i * 1_000L, (i + 1) * 1_000L, false);
        }
    }

    private static List<String> names(final FlowRecords records) {
        return records.busiest(FlowPlot.MOST).stream()
                .map(record -> record.name().replaceFirst(".*:", ""))
                .toList();
    }

    @Test
    void withTooManyConnectionsThoseThatHaveSentLeastAreForgotten() {
        final FlowRecords records = new FlowRecords(8, 1_000);
        for (int flow = 1; flow <= 100; flow++) {
            send(records, flow, flow % 10 == 0 ? flow / 10 : 1);
        }
        assertEquals(List.of("100", "90", "80", "70", "60", "50"), names(records));
        assertEquals(0, records.leftOut());
    }

    @Test
    void whenThereIsNoMoreRoomSmallConnectionsMakeRoomForLargeOnes() {
        final FlowRecords records = new FlowRecords(100, 70);
        for (int flow = 1; flow <= 20; flow++) {
            send(records, flow, 1);
        }
        for (int flow = 21; flow <= 25; flow++) {
            send(records, flow, 10);
        }
        send(records, 26, 15);
        assertEquals("26", names(records).get(0));
        assertEquals(0, records.leftOut());
    }

    @Test
    void beyondWhatThePictureShowsEventsAreOnlyCounted() {
        final FlowRecords records = new FlowRecords(100, 60);
        for (int flow = 1; flow <= FlowPlot.MOST; flow++) {
            send(records, flow, 10);
        }
        send(records, 1, 7);
        records.onSack(flow(2), 1, 0, 1);
        send(records, 99, 1);
        assertEquals(9, records.leftOut());
        assertEquals(60, records.busiest(FlowPlot.MOST).stream().mapToInt(FlowRecord::events).sum());
    }
}
