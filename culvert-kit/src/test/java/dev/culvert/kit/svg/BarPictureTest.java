package dev.culvert.kit.svg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BarPictureTest {
    private static final Pattern BAR = Pattern.compile("d=\"M(\\d+) \\d+H(\\d+)\"");

    @Test
    void barsAreAsLongAsTheirValuesPanelByPanel() {
        final BarPicture picture = new BarPicture("a < b", List.of("per second", "µs"));
        picture.add("one", 200, 1);
        picture.add("other", 50, 4);

        final String svg = picture.draw();

        final Matcher bar = BAR.matcher(svg);
        assertEquals(
                List.of(1.0, 0.25, 0.25, 1.0),
                bar.results()
                        .map(m -> (Integer.parseInt(m.group(2)) - Integer.parseInt(m.group(1))) / 230.0)
                        .map(share -> Math.round(share * 100) / 100.0)
                        .toList());
        assertTrue(svg.contains(">a &lt; b<") && svg.contains(">per second<") && svg.contains(">other<"), svg);
    }

    @Test
    void aPictureOfNothingIsStillAPicture() {
        assertTrue(new BarPicture("none", List.of("ns")).draw().endsWith("</svg>\n"));
    }

    @Test
    void eachMeasureNeedsItsValue() {
        final BarPicture picture = new BarPicture("two", List.of("a", "b"));

        assertThrows(IllegalArgumentException.class, () -> picture.add("one", 1));
    }
}
