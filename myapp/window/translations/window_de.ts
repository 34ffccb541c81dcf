<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>BackupsDialog</name>
    <message>
        <source>Backups of {}</source>
        <translation>Sicherungen von {}</translation>
    </message>
    <message>
        <source>&amp;Restore</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>There is no whole backup.</source>
        <translation>Es gibt keine heile Sicherung.</translation>
    </message>
    <message>
        <source>The document as it is now is kept too. &amp;Backups:</source>
        <translation>Das Dokument, wie es jetzt ist, wird auch aufgehoben. &amp;Sicherungen:</translation>
    </message>
</context>
<context>
    <name>CheckDialog</name>
    <message>
        <source>Check {}</source>
        <translation>{} prüfen</translation>
    </message>
    <message>
        <source>Check &amp;again</source>
        <translation>&amp;Erneut prüfen</translation>
    </message>
    <message>
        <source>No damage was found.</source>
        <translation>Es wurde kein Schaden gefunden.</translation>
    </message>
    <message>
        <source>Made by {}, last written by {}</source>
        <translation>Erstellt von {}, zuletzt geschrieben von {}</translation>
    </message>
    <message>
        <source>Backups: {}</source>
        <translation>Sicherungen: {}</translation>
    </message>
</context>
<context>
    <name>FileActions</name>
    <message>
        <source>New document</source>
        <translation>Neues Dokument</translation>
    </message>
    <message>
        <source>New document for what is imported</source>
        <translation>Neues Dokument für das Importierte</translation>
    </message>
    <message>
        <source>{} exists already: choose another name.</source>
        <translation>{} gibt es schon: bitte einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>The database&apos;s URL, such as {}</source>
        <translation>Die URL der Datenbank, etwa {}</translation>
    </message>
    <message>
        <source>Open from a server</source>
        <translation>Von einem Server öffnen</translation>
    </message>
    <message>
        <source>The password for {}. It is not stored.</source>
        <translation>Das Passwort für {}. Es wird nicht gespeichert.</translation>
    </message>
</context>
<context>
    <name>FileField</name>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Durchsuchen…</translation>
    </message>
</context>
<context>
    <name>HelpMenu</name>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;What is new</source>
        <translation>&amp;Neuerungen</translation>
    </message>
    <message>
        <source>&amp;Versions and log</source>
        <translation>&amp;Versionen und Protokoll</translation>
    </message>
    <message>
        <source>What is new</source>
        <translation>Neuerungen</translation>
    </message>
    <message>
        <source>{} (revision {})</source>
        <translation>{} (Revision {})</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;New…</source>
        <translation>&amp;Neu…</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>Open from a &amp;server…</source>
        <translation>Von einem &amp;Server öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Save a copy &amp;as…</source>
        <translation>&amp;Kopie speichern unter…</translation>
    </message>
    <message>
        <source>Chec&amp;k…</source>
        <translation>&amp;Prüfen…</translation>
    </message>
    <message>
        <source>Restore a &amp;backup…</source>
        <translation>Sicherung &amp;wiederherstellen…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Schließen</translation>
    </message>
    <message>
        <source>Documents (*{})</source>
        <translation>Dokumente (*{})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Opening {}</source>
        <translation>{} wird geöffnet</translation>
    </message>
    <message>
        <source>Making {}</source>
        <translation>{} wird erstellt</translation>
    </message>
    <message>
        <source>Upgrading {}</source>
        <translation>{} wird aktualisiert</translation>
    </message>
    <message>
        <source>Restoring {}</source>
        <translation>{} wird wiederhergestellt</translation>
    </message>
    <message>
        <source>Rescuing {}</source>
        <translation>{} wird gerettet</translation>
    </message>
    <message>
        <source>Checking {}</source>
        <translation>{} wird geprüft</translation>
    </message>
    <message>
        <source>Looking for backups of {}</source>
        <translation>Sicherungen von {} werden gesucht</translation>
    </message>
    <message>
        <source>Read-only: this is a copy, and the document stays as it is.</source>
        <translation>Nur lesen: dies ist eine Kopie, und das Dokument bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>Upgraded; backup kept: {}</source>
        <translation>Aktualisiert; die Sicherung: {}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Restored; what was there before is kept: {}</source>
        <translation>Wiederhergestellt; was vorher da war, ist erhalten: {}</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this notice</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
</context>
<context>
    <name>OlderPage</name>
    <message>
        <source>{} is of an older release</source>
        <translation>{} ist von einer älteren Version</translation>
    </message>
    <message>
        <source>Upgrade</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Open read-only</source>
        <translation>Nur lesen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Revision {} becomes {}:</source>
        <translation>Aus Revision {} wird {}:</translation>
    </message>
    <message>
        <source>This takes about {} and needs {}; {} are free.</source>
        <translation>Das dauert etwa {} und braucht {}; {} sind frei.</translation>
    </message>
    <message>
        <source>The document as it is now stays beside it: {}</source>
        <translation>Das Dokument, wie es jetzt ist, bleibt daneben: {}</translation>
    </message>
    <message>
        <source>It cannot be written here: a copy of it can be read.</source>
        <translation>Es kann hier nicht geschrieben werden: eine Kopie davon kann gelesen werden.</translation>
    </message>
    <message>
        <source>It cannot be upgraded: {}</source>
        <translation>Es kann nicht aktualisiert werden: {}</translation>
    </message>
</context>
<context>
    <name>RefusalBar</name>
    <message>
        <source>Go to {}</source>
        <translation>Zu {}</translation>
    </message>
</context>
<context>
    <name>RefusedPage</name>
    <message>
        <source>Releases…</source>
        <translation>Versionen…</translation>
    </message>
    <message>
        <source>{} is not there</source>
        <translation>{} ist nicht da</translation>
    </message>
    <message>
        <source>It may have been moved, renamed or deleted. A backup beside it may be left.</source>
        <translation>Es wurde vielleicht verschoben, umbenannt oder gelöscht. Eine Sicherung daneben kann noch da sein.</translation>
    </message>
    <message>
        <source>{} was written by a newer release</source>
        <translation>{} wurde von einer neueren Version geschrieben</translation>
    </message>
    <message>
        <source>Install the newer release to open it. A backup from before can be put in its place.</source>
        <translation>Die neuere Version öffnet es. Eine Sicherung von vorher kann an seine Stelle gesetzt werden.</translation>
    </message>
    <message>
        <source>{} is too old for this release</source>
        <translation>{} ist zu alt für diese Version</translation>
    </message>
    <message>
        <source>Open it once with the earlier release that is named below; then this one opens it.</source>
        <translation>Öffnen Sie es einmal mit der früheren Version, die unten genannt ist; danach öffnet es diese.</translation>
    </message>
    <message>
        <source>{} is an empty database</source>
        <translation>{} ist eine leere Datenbank</translation>
    </message>
    <message>
        <source>Nothing is in it. A new document can be made in it.</source>
        <translation>Es ist nichts darin. Ein neues Dokument kann darin erstellt werden.</translation>
    </message>
    <message>
        <source>{} is not a document</source>
        <translation>{} ist kein Dokument</translation>
    </message>
    <message>
        <source>It is another kind of file, or its beginning is damaged. It was not changed.</source>
        <translation>Es ist eine andere Art Datei, oder ihr Anfang ist beschädigt. Sie wurde nicht geändert.</translation>
    </message>
    <message>
        <source>{} is damaged</source>
        <translation>{} ist beschädigt</translation>
    </message>
    <message>
        <source>Nothing was changed. Restore a backup, or make a new document of all that is sound.</source>
        <translation>Nichts wurde geändert. Eine Sicherung kann wiederhergestellt oder ein neues Dokument aus allem Heilen gemacht werden.</translation>
    </message>
    <message>
        <source>{} is in use</source>
        <translation>{} wird gerade verwendet</translation>
    </message>
    <message>
        <source>Another program works with it. Close it there, and try again.</source>
        <translation>Ein anderes Programm arbeitet damit. Dort schließen und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>{} could not be upgraded</source>
        <translation>{} konnte nicht aktualisiert werden</translation>
    </message>
    <message>
        <source>It is as it was before.</source>
        <translation>Es ist, wie es vorher war.</translation>
    </message>
    <message>
        <source>The work was stopped</source>
        <translation>Die Arbeit wurde angehalten</translation>
    </message>
    <message>
        <source>The document is as it was before.</source>
        <translation>Das Dokument ist, wie es vorher war.</translation>
    </message>
    <message>
        <source>{} cannot be written</source>
        <translation>{} kann nicht geschrieben werden</translation>
    </message>
    <message>
        <source>A copy of it can be read.</source>
        <translation>Eine Kopie davon kann gelesen werden.</translation>
    </message>
    <message>
        <source>The system does not give {}</source>
        <translation>Das System gibt {} nicht heraus</translation>
    </message>
    <message>
        <source>There is no permission, no space, no connection, or the medium is read-only.</source>
        <translation>Es fehlt eine Berechtigung, Platz oder eine Verbindung, oder das Medium ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>{} cannot be opened</source>
        <translation>{} kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>It was not changed.</source>
        <translation>Es wurde nicht geändert.</translation>
    </message>
    <message>
        <source>This program is not whole</source>
        <translation>Dieses Programm ist nicht vollständig</translation>
    </message>
    <message>
        <source>Files of the program are missing or altered. Install it again.</source>
        <translation>Dateien des Programms fehlen oder sind verändert. Bitte neu installieren.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Open a copy</source>
        <translation>Eine Kopie öffnen</translation>
    </message>
    <message>
        <source>Restore a backup…</source>
        <translation>Sicherung wiederherstellen…</translation>
    </message>
    <message>
        <source>Rescue what is sound…</source>
        <translation>Retten, was heil ist…</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Make a new document</source>
        <translation>Neues Dokument erstellen</translation>
    </message>
    <message>
        <source>This is a bug in the program</source>
        <translation>Das ist ein Fehler im Programm</translation>
    </message>
    <message>
        <source>The document was not changed. Please send this file to its developers: {}</source>
        <translation>Das Dokument wurde nicht geändert. Bitte diese Datei an die Entwickler senden: {}</translation>
    </message>
</context>
<context>
    <name>Remedies</name>
    <message>
        <source>Make a new document</source>
        <translation>Neues Dokument erstellen</translation>
    </message>
    <message>
        <source>No damage was found.</source>
        <translation>Es wurde kein Schaden gefunden.</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>{} rows are in the new document, {} were left out.</source>
        <translation>{} Zeilen sind im neuen Dokument, {} wurden ausgelassen.</translation>
    </message>
    <message>
        <source>Rescued</source>
        <translation>Gerettet</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>There is no whole backup.</source>
        <translation>Es gibt keine heile Sicherung.</translation>
    </message>
    <message>
        <source>The document as it is now is kept too. Restore:</source>
        <translation>Das Dokument, wie es jetzt ist, wird auch aufgehoben. Wiederherstellen:</translation>
    </message>
</context>
<context>
    <name>SaveAsDialog</name>
    <message>
        <source>Save a copy of {}</source>
        <translation>Eine Kopie von {} speichern</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>This one</source>
        <translation>Diese</translation>
    </message>
    <message>
        <source>For the &amp;release</source>
        <translation>Für die &amp;Version</translation>
    </message>
    <message>
        <source>The copy: {}</source>
        <translation>Die Kopie: {}</translation>
    </message>
    <message>
        <source>&amp;Save without it</source>
        <translation>&amp;Ohne das speichern</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
</context>
<context>
    <name>SharedOlderPage</name>
    <message>
        <source>{} is of an older release</source>
        <translation>{} ist von einer älteren Version</translation>
    </message>
    <message>
        <source>Others share it: after the upgrade, older releases cannot open it. There is no backup.</source>
        <translation>Andere teilen es: nach dem Aktualisieren können ältere Versionen es nicht öffnen. Es gibt keine Sicherung.</translation>
    </message>
    <message>
        <source>Upgrade</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Open a document</source>
        <translation>Ein Dokument öffnen</translation>
    </message>
    <message>
        <source>Drop a document or files for a new one here, or choose one.</source>
        <translation>Ein Dokument oder Dateien für ein neues hierher ziehen, oder eines wählen.</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Neu…</translation>
    </message>
</context>
<context>
    <name>WorkDialog</name>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Schließen</translation>
    </message>
    <message>
        <source>&amp;Open {}</source>
        <translation>{} ö&amp;ffnen</translation>
    </message>
</context>
<context>
    <name>WorkingPage</name>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stopping; the document stays as it was.</source>
        <translation>Wird angehalten; das Dokument bleibt, wie es war.</translation>
    </message>
    <message>
        <source>Another program uses the document; waiting for it.</source>
        <translation>Ein anderes Programm verwendet das Dokument; es wird gewartet.</translation>
    </message>
    <message>
        <source>{} left</source>
        <translation>noch {}</translation>
    </message>
</context>
<context>
    <name>_ShortcutsDialog</name>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
</context>
<context>
    <name>_VersionsDialog</name>
    <message>
        <source>About {}</source>
        <translation>Über {}</translation>
    </message>
    <message>
        <source>The last log: {}</source>
        <translation>Das letzte Protokoll: {}</translation>
    </message>
    <message>
        <source>No bug was logged.</source>
        <translation>Es wurde kein Fehler protokolliert.</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Show in folder</source>
        <translation>Im &amp;Ordner zeigen</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>This is a bug in the program. Please send this file to its developers: {}</source>
        <translation>Das ist ein Fehler im Programm. Bitte diese Datei an die Entwickler senden: {}</translation>
    </message>
</context>
<context>
    <name>wording</name>
    <message>
        <source>a moment</source>
        <translation>einen Moment</translation>
    </message>
    <message>
        <source>{} s</source>
        <translation>{} s</translation>
    </message>
    <message>
        <source>{} min</source>
        <translation>{} min</translation>
    </message>
    <message>
        <source>{} h</source>
        <translation>{} h</translation>
    </message>
</context>
</TS>
