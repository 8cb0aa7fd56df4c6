modul melder

go 1.22
