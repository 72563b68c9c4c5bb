package dev.culvert.kit.packetdrill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of Python between %{ and }%. */
final class SnippetTest {
    private final Map<String, Object> variables = new HashMap<>(Map.of("tcpi_rtt", 100_000L, "TCP_CA_Open", 0L));
    private final List<String> printed = new ArrayList<>();

    private void run(final String code) {
        Snippet.run(code, 7, variables, printed::add);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "assert 1 + 2 * 3 == 7",
                "assert 7 // 2 == 3 and -7 // 2 == -4 and -7 % 3 == 2",
                "assert 7 / 2 == 3.5, 'true division'",
                "assert 2 ** 10 == 1024 and -2 ** 2 == -4",
                "assert 1 <= 2 < 3 and not 1 < 3 < 2",
                "assert (5 & 4) != 0 and 5 | 2 == 7 and 6 ^ 3 == 5 and ~0 == -1 and 1 << 3 >> 1 == 4",
                "assert 0x10 == 16 and 1e3 == 1000 and .5 * 2 == 1",
                "assert abs(-3) == 3 and min(2, 1) == 1 and max([1, 4]) == 4 and int(3.9) == 3 and len('abc') == 3",
                "assert 2 in (1, 2) and 3 not in [1, 2] and 'b' in 'abc'",
                "assert True and not False and None is None and 1 is not None",
                "assert '%d of %s: %5.2f%%' % (3, 'x', 1.5) == '3 of x:  1.50%'",
                "assert (1 if tcpi_rtt > 5 else 2) == 1",
                "assert tcpi_rtt == 100000; assert TCP_CA_Open == 0",
                "x = 2\nx += 3\nassert x == 5",
                "if tcpi_rtt == 1:\n  assert False\nelif tcpi_rtt == 100000:\n  y = 1\nelse:\n  assert False\nassert y == 1",
                "if False: assert False\nassert (1 +\n  1) == 2 # a comment",
                "assert 0 or 3; assert False or not (0 and undefined)",
            })
    void holds(final String code) {
        run(code);
    }

    @Test
    void anAssertionThatFailsShowsItsMessageAndTheValues() {
        final Mismatch failure = assertThrows(Mismatch.class, () -> run("assert tcpi_rtt < 5, 'rtt %d' % tcpi_rtt"));
        assertEquals(7, failure.line());
        assertTrue(failure.getMessage().contains("does not hold: rtt 100000"), failure::getMessage);
        assertTrue(failure.getMessage().contains("tcpi_rtt = 100000"), failure::getMessage);
    }

    @Test
    void printWritesItsValues() {
        run("print(1, 'two', 3.5)\nprint('x')");
        assertEquals(List.of("1 two 3.5", "x"), printed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "assert nobody == 1",
                "assert 1 +",
                "assert 1 1",
                "exec('x')",
                "assert 1 / 0",
                "if 1 assert 1",
                "assert 'a' < 1",
                "while True: pass",
                "open('/etc/passwd')",
                "$",
            })
    void whatCannotBeReadIsAnErrorOfTheScript(final String code) {
        assertThrows(ScriptError.class, () -> run(code));
    }
}
