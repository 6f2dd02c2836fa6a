import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Run by the build: opens the window of the product once, without a screen, with a small model, and keeps what the JVM learned
 * (classes loaded and linked, methods profiled; JEP 514) in bitloupe.aot, where the launcher finds it. Without it everything
 * works and the window opens a little later, so nothing that goes wrong here fails the build.
 */
void main(String[] args) throws IOException, InterruptedException {
    Path product = Path.of(args[0]);
    Path learned = product.resolve("bitloupe.aot");
    Files.deleteIfExists(learned);
    Path models = product.resolve("sample-models");
    ProcessBuilder run = new ProcessBuilder(
        product.resolve("bin").resolve(args[1]).toString(), "bench", "ui", models.resolve("lenet-5.onnx").toString(),
        "--data", models.resolve("t10k-images-idx3-ubyte.gz").toString(), "--samples", "64", "--changes", "1");
    run.environment().put("BITLOUPE_JVM_OPTIONS", args[2] + " -XX:AOTCacheOutput=" + learned);
    File said = product.resolveSibling("train-start.txt").toFile();
    Process process = run.redirectErrorStream(true).redirectOutput(said).start();
    boolean ended = process.waitFor(3, TimeUnit.MINUTES);
    if (!ended) {
        process.destroyForcibly();
    }
    if (!ended || process.exitValue() != 0 || !Files.exists(learned)) {
        Files.deleteIfExists(learned);
        System.err.println("The product starts without what a first run would have taught it; " + said + " says why.");
    }
}
