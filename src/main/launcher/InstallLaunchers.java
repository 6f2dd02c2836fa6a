import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Run by the build on the JDK that it chose: puts the launchers into the product's bin folder, names that JDK in them, makes them
 * executable.
 */
void main(String[] args) throws IOException {
    Path from = Path.of(args[0]);
    Path bin = Files.createDirectories(Path.of(args[1]));
    String javaHome = System.getProperty("java.home");
    install(from.resolve("bitloupe"), bin, javaHome.replace("'", "'\\''"), "\n");
    install(from.resolve("bitloupe.bat"), bin, javaHome, "\r\n");
    Files.copy(from.resolve("jvm.options"), bin.resolve("jvm.options"), StandardCopyOption.REPLACE_EXISTING);
}

void install(Path script, Path bin, String javaHome, String lineEnd) throws IOException {
    Path target = bin.resolve(script.getFileName());
    Files.writeString(target, Files.readString(script).replace("@java.home@", javaHome).replaceAll("\r?\n", lineEnd));
    if (!target.toFile().setExecutable(true, false)) {
        throw new IOException("Cannot make " + target + " executable.");
    }
}
