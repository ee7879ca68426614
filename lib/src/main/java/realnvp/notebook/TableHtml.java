package realnvp.notebook;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A Tablesaw table as HTML: numbers to 5 significant digits, long tables cut in the middle. */
final class TableHtml {
    private static final int ROWS_SHOWN = 20;
    private static final MathContext DIGITS = new MathContext(5);

    private TableHtml() { }

    static String of(Table table) {
        StringBuilder html = new StringBuilder("<table><thead><tr>");
        table.columns().forEach(c -> html.append("<th>").append(escape(c.name())).append("</th>"));
        html.append("</tr></thead><tbody>");
        int rows = table.rowCount();
        for (int r = 0; r < rows; r++) {
            if (rows > ROWS_SHOWN && r == ROWS_SHOWN / 2) {
                int left = rows - ROWS_SHOWN;
                html.append("<tr><td colspan=\"%d\">… %d more rows …</td></tr>".formatted(table.columnCount(), left));
                r += left;
            }
            html.append("<tr>");
            for (Column<?> column : table.columns()) {
                html.append(column instanceof NumericColumn ? "<td style=\"text-align:right\">"
                    : "<td style=\"text-align:left\">").append(escape(cell(column, r))).append("</td>");
            }
            html.append("</tr>");
        }
        return html.append("</tbody></table>").toString();
    }

    private static String cell(Column<?> column, int row) {
        if (column.isMissing(row)) {
            return "";
        }
        Object value = column.get(row);
        if (!(value instanceof Double || value instanceof Float)) {
            return value.toString();
        }
        double number = ((Number) value).doubleValue();
        double size = Math.abs(number);
        return size != 0 && !(size >= 1e-4 && size < 1e7) ? String.format(Locale.ROOT, "%.4g", number)
            : new BigDecimal(number).round(DIGITS).stripTrailingZeros().toPlainString();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
