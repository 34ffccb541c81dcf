"""The window's part about this application. The rest of the window knows its `ContentView` alone."""
