import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Draws Bitloupe's icon, a loupe over the steps of a histogram, in all sizes and formats: {@code java jpackage/DrawIcon.java}. */
void main() throws IOException {
    System.setProperty("java.awt.headless", "true");
    Path icons = Files.createDirectories(Path.of("resources/io/bitloupe/ui/icons"));
    for (int size : List.of(16, 32, 48, 64, 128, 256)) {
        Files.write(icons.resolve("bitloupe-" + size + ".png"), png(size));
    }
    Files.write(Path.of("jpackage/bitloupe.png"), png(512));
    Files.write(Path.of("jpackage/bitloupe.ico"), ico(List.of(16, 32, 48, 256)));
    Files.write(Path.of("jpackage/bitloupe.icns"), icns());
}

byte[] png(int size) throws IOException {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.scale(size / 256.0, size / 256.0);
    boolean small = size <= 32;
    g.setColor(new Color(0x0d1117));
    g.fill(new RoundRectangle2D.Double(8, 8, 240, 240, 56, 56));

    // the steps of a quantized distribution; under the loupe they are lit, and the clipped tail is orange
    double[] heights = small ? new double[] {60, 124, 76} : new double[] {28, 62, 112, 132, 84, 40};
    Shape lens = new Ellipse2D.Double(36, 36, 140, 140);
    double width = 140.0 / heights.length;
    g.setClip(lens);
    g.setColor(new Color(0x161b22));
    g.fill(lens);
    for (int k = 0; k < heights.length; k++) {
        g.setColor(new Color(k == heights.length - 1 ? 0xe08a2c : 0x4c9bff));
        g.fill(new Rectangle2D.Double(36 + k * width + (small ? 4 : 2.5), 160 - heights[k] * 0.86, width - (small ? 8 : 5), 200));
    }
    g.setClip(null);
    g.setColor(new Color(0xe6edf3));
    g.setStroke(new BasicStroke(small ? 20 : 14));
    g.draw(lens);
    g.setStroke(new BasicStroke(small ? 32 : 26, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.draw(new Line2D.Double(166, 166, 212, 212));
    g.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
}

/** Windows: a directory of PNGs. */
byte[] ico(List<Integer> sizes) throws IOException {
    List<byte[]> pictures = new ArrayList<>();
    for (int size : sizes) {
        pictures.add(png(size));
    }
    int offset = 6 + 16 * sizes.size();
    ByteBuffer ico = ByteBuffer.allocate(offset + pictures.stream().mapToInt(p -> p.length).sum()).order(ByteOrder.LITTLE_ENDIAN);
    ico.putShort((short) 0).putShort((short) 1).putShort((short) sizes.size());
    for (int k = 0; k < sizes.size(); k++) {
        byte side = (byte) (int) sizes.get(k);
        ico.put(side).put(side).put((byte) 0).put((byte) 0).putShort((short) 1).putShort((short) 32).putInt(pictures.get(k).length).putInt(offset);
        offset += pictures.get(k).length;
    }
    pictures.forEach(ico::put);
    return ico.array();
}

/** macOS: chunks of PNGs, ic07 to ic09 being 128, 256 and 512 pixels. */
byte[] icns() throws IOException {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int k = 0; k < 3; k++) {
        byte[] picture = png(128 << k);
        chunks.write(ByteBuffer.allocate(8).put(("ic0" + (7 + k)).getBytes()).putInt(picture.length + 8).array());
        chunks.write(picture);
    }
    byte[] body = chunks.toByteArray();
    return ByteBuffer.allocate(8 + body.length).put("icns".getBytes()).putInt(8 + body.length).put(body).array();
}
