package io.bitloupe.ui.workspace;

/** What the workspace asks the user through the window, as actions of notices. */
public interface Requests {
  /** Lets the user choose a model. */
  void chooseModel();

  /** Lets the user choose data. */
  void chooseData();

  /** Nobody is there to ask. */
  Requests NONE =
      new Requests() {
        @Override
        public void chooseModel() {}

        @Override
        public void chooseData() {}
      };
}
