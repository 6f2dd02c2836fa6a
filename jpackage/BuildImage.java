import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Builds the application image: a jlink of JDK and JavaFX modules, with the class path, the sample models and the licence beside it.
 * Run from the project's folder on a JDK 25, after the package is built:
 * {@code mvn -DskipTests package exec:exec@image}, or {@code java jpackage/BuildImage.java DIST OUT VERSION [TYPE]} (TYPE as jpackage has it).
 */
void main(String[] args) throws IOException, InterruptedException {
    Path dist = Path.of(args[0]);
    Path out = Path.of(args[1]);
    String version = args[2].replace("-SNAPSHOT", "");
    String type = args.length > 3 ? args[3] : "app-image";
    Path options = Path.of("jpackage");
    boolean linux = System.getProperty("os.name").startsWith("Linux");
    boolean mac = System.getProperty("os.name").startsWith("Mac");
    delete(out);
    Files.createDirectories(out);

    Path runtime = out.resolve("runtime");
    run("jlink", List.of("@" + options.resolve("jlink.options"), "--module-path", dist.resolve("javafx").toString(), "--output", runtime.toString()));

    // jpackage on macOS refuses a version that begins with 0.
    List<String> arguments = new ArrayList<>(List.of("@" + options.resolve("image.options"),
        "--name", linux ? "bitloupe" : "Bitloupe", "--icon", options.resolve(linux ? "bitloupe.png" : mac ? "bitloupe.icns" : "bitloupe.ico").toString(),
        "--type", type, "--app-version", mac && version.startsWith("0.") ? "1" + version.substring(1) : version, "--dest", out.toString(),
        "--runtime-image", runtime.toString(), "--input", dist.resolve("lib").toString(),
        "--app-content", dist.resolve("sample-models").toString(), "--app-content", dist.resolve("LICENSE").toString()));
    for (String line : Files.readAllLines(dist.resolve("bin/jvm.options"))) {
        if (!line.isBlank() && !line.startsWith("#")) {
            arguments.addAll(List.of("--java-options", line));
        }
    }
    // Where the folders beside the class path are.
    arguments.addAll(List.of("--java-options", "-Dbitloupe.home=$APPDIR/.."));
    run("jpackage", arguments);
    delete(runtime);
}

void run(String tool, List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
    command.addAll(arguments);
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
        System.err.println("Failed: " + String.join(" ", command));
        System.exit(status);
    }
}

void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
