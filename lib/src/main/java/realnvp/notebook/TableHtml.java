package realnvp.notebook;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A Tablesaw table as HTML: numbers to 5 significant digits, long tables cut in the middle. */
final class TableHtml {
    private static final int ROWS = 10; // shown above and below the cut
    private static final MathContext DIGITS = new MathContext(5);

    private TableHtml() { }

    static String of(Table table) {
        StringBuilder html = new StringBuilder("<table><thead><tr>");
        table.columns().forEach(c -> html.append("<th>").append(escape(c.name())).append("</th>"));
        html.append("</tr></thead><tbody>");
        for (int r = 0; r < table.rowCount(); r++) {
            int left = table.rowCount() - 2 * ROWS;
            if (r == ROWS && left > 0) {
                html.append("<tr><td colspan=%d>… %d more rows …</td></tr>".formatted(table.columnCount(), left));
                r += left;
            }
            int row = r;
            html.append("<tr>");
            table.columns().forEach(column -> html.append(cell(column, row)));
            html.append("</tr>");
        }
        return html.append("</tbody></table>").toString();
    }

    private static String cell(Column<?> column, int row) {
        Object value = column.isMissing(row) ? "" : column.get(row);
        return "<td style=\"text-align:%s\">%s</td>".formatted(column instanceof NumericColumn ? "right" : "left",
            escape(value instanceof Double || value instanceof Float ? text((Number) value) : value.toString()));
    }

    private static String text(Number number) {
        double size = Math.abs(number.doubleValue());
        return size == 0 || size >= 1e-4 && size < 1e7
            ? new BigDecimal(number.doubleValue()).round(DIGITS).stripTrailingZeros().toPlainString()
            : String.format(Locale.ROOT, "%.4g", number.doubleValue());
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
