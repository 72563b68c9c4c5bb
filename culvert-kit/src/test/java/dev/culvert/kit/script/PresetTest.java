package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culvert.env.Errno;
import dev.culvert.tcp.TcpPreset;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.TimeWaitOverflow;
import org.junit.jupiter.api.Test;

/** What a preset's name promises. */
class PresetTest extends ScriptTest {
    private Script with(final TcpPreset preset, final TcpState state) {
        return given(s -> s.shard(shard -> shard.withTcp(preset.apply(shard.tcp()))), state);
    }

    private void lasts(final TcpPreset preset, final int seconds) {
        final Script tcp = with(preset, TIME_WAIT);
        tcp.expectNothingFor(seconds(seconds) - 1).expectState(TIME_WAIT);
        tcp.expectNothingFor(1).expectState(CLOSED);
    }

    @Test
    void timeWaitLastsAsLongAsThere() {
        lasts(TcpPreset.RFC, 240);
        lasts(TcpPreset.LINUX, 60);
        lasts(TcpPreset.BSD, 60);
        lasts(TcpPreset.WINDOWS, 240);
        lasts(TcpPreset.WINDOWS_60, 60);
    }

    @Test
    void linuxAloneLetsAResetEndTimeWait() {
        for (final TcpPreset preset : TcpPreset.values()) {
            final Script tcp = with(preset, TIME_WAIT).inject(rst().seq(2));
            tcp.expectState(preset == TcpPreset.LINUX ? CLOSED : TIME_WAIT);
        }
    }

    @Test
    void linuxGivesASilentPeerUpAfter15RetransmissionsAnd924Seconds() {
        final int rttMs = 1;
        final Script tcp = given(
                s -> s.rttMs(rttMs).shard(shard -> shard.withTcp(TcpPreset.LINUX.apply(shard.tcp()))), ESTABLISHED);
        tcp.send(100).expect(data(100));
        int totalMs = 0;
        for (int i = 0; i < 15; i++) {
            final int rtoMs = Math.min(200 + rttMs << i, 120_000);
            tcp.expectAfter(ms(rtoMs), data(100).seq(1));
            totalMs += rtoMs;
        }
        tcp.expectNothingFor(seconds(120) - 1).expectState(ESTABLISHED);
        tcp.expectNothingFor(1).expectClosed(Errno.ETIMEDOUT);
        assertEquals(924_600 + 1_023 * rttMs, totalMs + 120_000);
    }

    @Test
    void bsdAndWindowsGiveUpSooner() {
        givesUpAfter(TcpPreset.BSD, 12);
        givesUpAfter(TcpPreset.WINDOWS, 5);
    }

    private void givesUpAfter(final TcpPreset preset, final int retransmissions) {
        final Script tcp = with(preset, ESTABLISHED).send(100).expect(data(100));
        for (int i = 0; i < retransmissions; i++) {
            tcp.expectWithin(seconds(65), data(100).seq(1));
        }
        tcp.expectNothingFor(seconds(65)).expectClosed(Errno.ETIMEDOUT);
    }

    @Test
    void namesAreWordsAndUnknownOnesListThem() {
        for (final TcpPreset preset : TcpPreset.values()) {
            assertEquals(preset, TcpPreset.of(preset.word()));
        }
        final IllegalArgumentException unknown =
                assertThrows(IllegalArgumentException.class, () -> TcpPreset.of("Linux"));
        assertEquals("'Linux' is no preset; there are rfc, linux, bsd, windows, windows-60", unknown.getMessage());
    }

    @Test
    void capsAreThoseOfTheirSystems() {
        assertEquals(262_144, TcpPreset.LINUX.maxTimeWait());
        assertEquals(TimeWaitOverflow.DROP_NEW, TcpPreset.LINUX.timeWaitOverflow());
        assertEquals(TimeWaitOverflow.DROP_OLDEST, TcpPreset.BSD.timeWaitOverflow());
    }
}
