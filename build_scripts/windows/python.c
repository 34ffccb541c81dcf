/* python.exe, which starts the interpreter in python3XX.dll */
#include <windows.h>

int wmain(int argc, wchar_t **argv) {
    int (*run)(int, wchar_t **) = (void *)GetProcAddress(LoadLibraryW(INTERPRETER), "Py_Main");
    return run(argc, argv);
}
