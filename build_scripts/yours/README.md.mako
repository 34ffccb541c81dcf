# ${name}

Keeps data in documents, `*${suffix}`: SQLite files in any place on a person's disk. Every release's document opens
in today's program with nothing lost.

    python3 build_scripts/run.py          # freezes the program and shows it on a document of the oldest release
    python3 build_scripts/run.py --help   # all commands
    python3 build_scripts/test.py         # checks, and the suite on source, wheel and executable

Both need Python 3.11 or newer and install everything else into `build/`.

| what is yours | |
|---|---|
| `${package}/product.py` | name, suffix, application id, releases |
| `${models_file}` | the models |
| `${package}/cli/content/` | the commands about your data |
| `migrations/versions/` | the revisions; a released one never changes |
| `tests/documents/content.py` | what a kept document holds |

To change the schema: change the models, `python3 build_scripts/new_revision.py "what changes"`, edit the file that
it names. To release: name the new revision in `RELEASES`, `python3 build_scripts/manifest.py`,
`python3 build_scripts/new_fixture.py`.
