package io.bitloupe.ui.shell;

import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.workspace.Notice;
import io.bitloupe.ui.workspace.Workspace;
import java.util.Optional;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.shape.SVGPath;

/** One sentence and an action, above the panes, which stay usable. */
public final class NoticeStrip extends HBox {
  private static final PseudoClass ERROR = PseudoClass.getPseudoClass("error");
  private static final String WARNING_SIGN = "M7 1.5L13 12.5H1Z M7 5.5v3.5 M7 10.6v0.4";
  private static final String INFORMATION_SIGN = "M7 1a6 6 0 1 1 0 12a6 6 0 1 1 0-12 M7 6v4 M7 3.9v0.4";
  private static final String CROSS = "M1 1l7 7 M8 1l-7 7";

  private final SVGPath sign = new SVGPath();
  private final Label sentence = new Label();
  private final Button action = new Button();
  private final Button close = new Button();

  /** Nothing to say yet. */
  public NoticeStrip() {
    getStyleClass().add("notice-strip");
    setAlignment(Pos.CENTER_LEFT);
    setSpacing(10);
    sign.getStyleClass().addAll("icon", "sign");
    sentence.setId("notice-sentence");
    sentence.setWrapText(true);
    sentence.setMinWidth(0);
    action.setId("notice-action");
    action.setMinWidth(Region.USE_PREF_SIZE);
    close.setId("notice-close");
    SVGPath cross = new SVGPath();
    cross.setContent(CROSS);
    cross.getStyleClass().add("icon");
    close.setGraphic(cross);
    close.getStyleClass().addAll("flat", "icon-only", "tiny");
    close.setAccessibleText(Messages.get("notice.close"));
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    getChildren().addAll(sign, sentence, space, action, close);
    Hidden.show(this, false);
  }

  /** Shows the notices of {@code workspace}. */
  public void follow(Workspace workspace) {
    workspace.noticeProperty().subscribe(notice -> show(notice, workspace));
    close.setOnAction(_ -> workspace.dismissNotice());
  }

  private void show(Optional<Notice> notice, Workspace workspace) {
    Hidden.show(this, notice.isPresent());
    notice.ifPresent(
        it -> {
          boolean error = it.severity() == Notice.Severity.ERROR;
          pseudoClassStateChanged(ERROR, error);
          sign.setContent(error ? WARNING_SIGN : INFORMATION_SIGN);
          sentence.setText(it.sentence());
          sentence.setTooltip(it.details().isEmpty() ? null : new Tooltip(String.join("\n", it.details().stream().limit(20).toList())));
          Hidden.show(action, it.action().isPresent());
          it.action()
              .ifPresent(
                  offered -> {
                    action.setText(offered.label());
                    action.setOnAction(
                        _ -> {
                          workspace.dismissNotice();
                          offered.perform().run();
                        });
                  });
        });
  }
}
