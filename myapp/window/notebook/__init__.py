"""The window's part about runs and readings. The rest of the window knows its `ContentView` alone."""
