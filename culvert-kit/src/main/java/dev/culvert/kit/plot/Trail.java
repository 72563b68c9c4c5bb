package dev.culvert.kit.plot;

/** A line through points in the order of x, without those that would not be seen: within a column of pixels only what widens it. */
final class Trail {
    private final StringBuilder path = new StringBuilder();
    private boolean begun;
    private int x;
    private int y;
    private int low;
    private int high;

    /** The line goes on to this point. */
    void to(final int nextX, final int nextY) {
        if (begun && nextX == x && nextY >= low && nextY <= high) {
            y = nextY;
            return;
        }
        if (begun && nextX != x) {
            append('L', x, y); // where the column was left
        }
        append(begun ? 'L' : 'M', nextX, nextY);
        low = begun && nextX == x ? Math.min(low, nextY) : nextY;
        high = begun && nextX == x ? Math.max(high, nextY) : nextY;
        begun = true;
        x = nextX;
        y = nextY;
    }

    /** The line ends; another one may begin elsewhere. */
    void gap() {
        begun = false;
    }

    private void append(final char command, final int atX, final int atY) {
        path.append(command).append(atX).append(' ').append(atY);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
