# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts built like the European Union Public Licence in each of its languages: title, holder, headings, appendix.

The sentences between are fillers of our own: what is told by structure is tested by structure.
"""

from __future__ import annotations

from dataclasses import dataclass

APPENDIX = """
— GNU General Public License (GPL) v. 2, v. 3
— GNU Affero General Public License (AGPL) v. 3
— Open Software License (OSL) v. 2.1, v. 3.0
— Eclipse Public License (EPL) v. 1.0
— CeCILL v. 2.0, v. 2.1
— Mozilla Public Licence (MPL) v. 2
— GNU Lesser General Public Licence (LGPL) v. 2.1, v. 3
— European Union Public Licence (EUPL) v. 1.1, v. 1.2
— Québec Free and Open-Source Licence — Reciprocity (LiLiQ-R) / Strong Reciprocity (LiLiQ-R+)
(EUPL).
"""


@dataclass(frozen=True)
class Version:
    title: str
    union: str
    community: str
    headings: tuple[str, ...]


def _version(title: str, union: str, community: str, headings: str) -> Version:
    return Version(title, union, community, tuple(headings.split("|")))


VERSIONS = {
    "bg": _version(
        "ПУБЛИЧЕН ЛИЦЕНЗ НА ЕВРОПЕЙСКИЯ СЪЮЗ", "Европейски съюз", "Европейска общност",
        "Определения|Обхват на предоставените права|Предоставяне на изходния код|Ограничения на авторското право|"
        "Задължения на лицензополучателя|Поредност на авторството|Изключване на гаранциите|Изключване на отговорност|"
        "Допълнителни споразумения|Приемане на лиценза|Информация за обществеността|Прекратяване на лиценза|Разни|"
        "Подсъдност|Приложимо право",
    ),
    "cs": _version(
        "VEŘEJNÁ LICENCE EVROPSKÉ UNIE", "Evropská unie", "Evropské společenství",
        "Definice|Rozsah práv udělených licencí|Sdělování zdrojového kódu|Omezení autorského práva|"
        "Povinnosti nabyvatele licence|Řetězec autorství|Vyloučení záruky|Vyloučení odpovědnosti|Dodatečné dohody|"
        "Přijetí licence|Informace pro veřejnost|Ukončení licence|Různé|Soudní příslušnost|Rozhodné právo",
    ),
    "da": _version(
        "DEN EUROPÆISKE UNIONS OFFENTLIGE LICENS", "Den Europæiske Union", "Det Europæiske Fællesskab",
        "Definitioner|Omfanget af de rettigheder, der er omfattet af licensen|Formidling af kildekoden|"
        "Begrænsninger i ophavsretten|Licenstagerens forpligtelser|Kæden af ophavsmænd|Garantifraskrivelse|"
        "Ansvarsfraskrivelse|Yderligere aftaler|Accept af licensen|Oplysninger til offentligheden|Licensens ophør|"
        "Diverse|Værneting|Lovvalg",
    ),
    "de": _version(
        "OPEN-SOURCE-LIZENZ FÜR DIE EUROPÄISCHE UNION", "Europäische Union", "Europäische Gemeinschaft",
        "Begriffsbestimmungen|Umfang der Lizenzrechte|Zugänglichmachung des Quellcodes|"
        "Einschränkungen des Urheberrechts|Pflichten des Lizenznehmers|Urheber und Bearbeiter|"
        "Gewährleistungsausschluss|Haftungsausschluss|Zusatzvereinbarungen|Annahme der Lizenz|Informationspflichten|"
        "Beendigung der Lizenz|Sonstiges|Gerichtsstand|Anwendbares Recht",
    ),
    "el": _version(
        "ΆΔΕΙΑ ΔΗΜΟΣΙΑΣ ΧΡΗΣΗΣ ΓΙΑ ΤΗΝ ΕΥΡΩΠΑΪΚΗ ΈΝΩΣΗ", "Ευρωπαϊκή Ένωση", "Ευρωπαϊκή Κοινότητα",
        "Ορισμοί|Έκταση των δικαιωμάτων|Γνωστοποίηση του πηγαίου κώδικα|Περιορισμοί των δικαιωμάτων|"
        "Υποχρεώσεις του αδειούχου|Αλυσίδα δημιουργών|Αποποίηση εγγύησης|Αποποίηση ευθύνης|Πρόσθετες συμφωνίες|"
        "Αποδοχή της άδειας|Ενημέρωση του κοινού|Λήξη της άδειας|Διάφορα|Δικαιοδοσία|Εφαρμοστέο δίκαιο",
    ),
    "es": _version(
        "LICENCIA PÚBLICA DE LA UNIÓN EUROPEA", "Unión Europea", "Comunidad Europea",
        "Definiciones|Ámbito de los derechos otorgados|Comunicación del código fuente|"
        "Limitaciones del derecho de autor|"
        "Obligaciones del licenciatario|Cadena de autoría|Exclusión de garantía|Exclusión de responsabilidad|"
        "Acuerdos adicionales|Aceptación de la licencia|Información al público|Terminación de la licencia|Varios|"
        "Jurisdicción|Legislación aplicable",
    ),
    "et": _version(
        "EUROOPA LIIDU TARKVARA VABA KASUTUSE LITSENTS", "Euroopa Liit", "Euroopa Ühendus",
        "Mõisted|Litsentsiga antavate õiguste ulatus|Lähtekoodi edastamine|Autoriõiguse piirangud|"
        "Litsentsisaaja kohustused|Autorsuse ahel|Garantii välistamine|Vastutuse välistamine|Lisakokkulepped|"
        "Litsentsi aktsepteerimine|Teave üldsusele|Litsentsi lõppemine|Muud sätted|Kohtualluvus|Kohaldatav õigus",
    ),
    "fi": _version(
        "EUROOPAN UNIONIN YLEINEN LISENSSI", "Euroopan unioni", "Euroopan yhteisö",
        "Määritelmät|Lisenssillä myönnettyjen oikeuksien laajuus|Lähdekoodin toimittaminen|Tekijänoikeuden rajoitukset|"
        "Lisenssinsaajan velvollisuudet|Tekijöiden ketju|Takuun poissulkeminen|Vastuun rajoittaminen|Lisäsopimukset|"
        "Lisenssin hyväksyminen|Tiedottaminen yleisölle|Lisenssin päättyminen|Muut määräykset|Toimivalta|"
        "Sovellettava laki",
    ),
    "fr": _version(
        "LICENCE PUBLIQUE DE L’UNION EUROPÉENNE", "Union européenne", "Communauté européenne",
        "Définitions|Étendue des droits concédés par la licence|Communication du code source|"
        "Limitations du droit d’auteur|Obligations du licencié|Chaîne d’auteurs|Exclusion de garantie|"
        "Exclusion de responsabilité|Accords additionnels|Acceptation de la licence|Information du public|"
        "Fin de la licence|Divers|Juridiction compétente|Droit applicable",
    ),
    "hr": _version(
        "JAVNA LICENCA EUROPSKE UNIJE", "Europska unija", "Europska zajednica",
        "Definicije|Opseg prava dodijeljenih licencom|Priopćavanje izvornog koda|Ograničenja autorskog prava|"
        "Obveze primatelja licence|Lanac autorstva|Isključenje jamstva|Isključenje odgovornosti|Dodatni sporazumi|"
        "Prihvaćanje licence|Informacije za javnost|Prestanak licence|Razno|Nadležnost|Mjerodavno pravo",
    ),
    "hu": _version(
        "EURÓPAI UNIÓS NYÍLVÁNOS LICENC", "Európai Unió", "Európai Közösség",
        "Fogalommeghatározások|Az engedélyezett jogok terjedelme|A forráskód közlése|A szerzői jog korlátai|"
        "Az engedélyes kötelezettségei|Szerzői lánc|A szavatosság kizárása|A felelősség kizárása|"
        "Kiegészítő megállapodások|A licenc elfogadása|A nyilvánosság tájékoztatása|A licenc megszűnése|"
        "Egyéb rendelkezések|Joghatóság|Alkalmazandó jog",
    ),
    "it": _version(
        "LICENZA PUBBLICA DELL'UNIONE EUROPEA", "Unione europea", "Comunità europea",
        "Definizioni|Estensione dei diritti concessi dalla licenza|Comunicazione del codice sorgente|"
        "Limitazioni del diritto d'autore|Obblighi del licenziatario|Autori e contributori|Esclusione della garanzia|"
        "Esclusione di responsabilità|Altre pattuizioni|Accettazione della licenza|Informazione del pubblico|"
        "Cessazione della licenza|Varie|Competenza giurisdizionale|Legge applicabile",
    ),
    "lt": _version(
        "EUROPOS SĄJUNGOS VIEŠOJI LICENCIJA", "Europos Sąjunga", "Europos bendrija",
        "Apibrėžtys|Licencija suteikiamų teisių apimtis|Pirminio programos teksto pateikimas|"
        "Autorių teisių apribojimai|"
        "Licenciato pareigos|Autorystės grandinė|Garantijos atsisakymas|Atsakomybės atsisakymas|Papildomi susitarimai|"
        "Licencijos priėmimas|Visuomenės informavimas|Licencijos pabaiga|Kitos nuostatos|Jurisdikcija|Taikytina teisė",
    ),
    "lv": _version(
        "EIROPAS SAVIENĪBAS SABIEDRISKĀ LICENCE", "Eiropas Savienība", "Eiropas Kopiena",
        "Definīcijas|Ar licenci piešķirto tiesību apjoms|Pirmkoda izpaušana|Autortiesību ierobežojumi|"
        "Licenciāta pienākumi|Autorības ķēde|Garantijas atruna|Atbildības atruna|Papildu vienošanās|"
        "Licences pieņemšana|Informācija sabiedrībai|Licences izbeigšana|Dažādi noteikumi|Jurisdikcija|"
        "Piemērojamie tiesību akti",
    ),
    "mt": _version(
        "LIĊENZJA PUBBLIKA TAL-UNJONI EWROPEA", "l-Unjoni Ewropea", "il-Komunità Ewropea",
        "Definizzjonijiet|Ambitu tad-drittijiet mogħtija|Komunikazzjoni tal-Kodiċi tas-Sors|"
        "Limitazzjonijiet fuq id-drittijiet tal-awtur|Obbligi tal-Liċenzjat|Katina ta' Awturi|Rinunzja ta' Garanzija|"
        "Rinunzja ta' Responsabbiltà|Ftehimiet addizzjonali|Aċċettazzjoni tal-Liċenzja|Informazzjoni għall-pubbliku|"
        "Terminazzjoni tal-Liċenzja|Mixxellanji|Ġurisdizzjoni|Liġi applikabbli",
    ),
    "nl": _version(
        "OPENBARE LICENTIE VAN DE EUROPESE UNIE", "Europese Unie", "Europese Gemeenschap",
        "Definities|Draagwijdte van de uit hoofde van de licentie verleende rechten|Mededeling van de broncode|"
        "Beperkingen van het auteursrecht|Verplichtingen van de licentiehouder|Keten van auteurs|"
        "Uitsluiting van garantie|Uitsluiting van aansprakelijkheid|Aanvullende overeenkomsten|"
        "Aanvaarding van de licentie|Voorlichting van het publiek|Beëindiging van de licentie|Overige bepalingen|"
        "Rechterlijke bevoegdheid|Toepasselijk recht",
    ),
    "pl": _version(
        "LICENCJA PUBLICZNA UNII EUROPEJSKIEJ", "Unia Europejska", "Wspólnota Europejska",
        "Definicje|Zakres praw udzielonych na mocy licencji|Udostępnianie kodu źródłowego|"
        "Ograniczenia prawa autorskiego|Obowiązki licencjobiorcy|Łańcuch autorstwa|Wyłączenie gwarancji|"
        "Wyłączenie odpowiedzialności|Dodatkowe umowy|Przyjęcie licencji|Informacje dla odbiorców|Wygaśnięcie licencji|"
        "Postanowienia różne|Jurysdykcja|Prawo właściwe",
    ),
    "pt": _version(
        "LICENÇA PÚBLICA DA UNIÃO EUROPEIA", "União Europeia", "Comunidade Europeia",
        "Definições|Âmbito dos direitos concedidos|Comunicação do código-fonte|Limitações dos direitos de autor|"
        "Obrigações do licenciado|Cadeia de autoria|Exclusão de garantia|Exclusão de responsabilidade|"
        "Acordos adicionais|Aceitação da licença|Informação do público|Cessação da licença|Diversos|"
        "Jurisdição|Lei aplicável",
    ),
    "ro": _version(
        "LICENȚA PUBLICĂ A UNIUNII EUROPENE", "Uniunea Europeană", "Comunitatea Europeană",
        "Definiții|Sfera drepturilor acordate prin licență|Comunicarea codului-sursă|Limitări ale dreptului de autor|"
        "Obligațiile licențiatului|Lanțul autorilor|Exonerarea de garanție|Exonerarea de răspundere|"
        "Acorduri suplimentare|Acceptarea licenței|Informarea publicului|Încetarea licenței|Diverse|"
        "Instanța competentă|Legea aplicabilă",
    ),
    "sk": _version(
        "VEREJNÁ LICENCIA EURÓPSKEJ ÚNIE", "Európska únia", "Európske spoločenstvo",
        "Vymedzenie pojmov|Rozsah práv udelených licenciou|Sprístupnenie zdrojového kódu|Obmedzenia autorského práva|"
        "Povinnosti nadobúdateľa licencie|Reťazec autorstva|Vylúčenie záruky|Vylúčenie zodpovednosti|"
        "Dodatočné dohody|Prijatie licencie|Informácie pre verejnosť|Ukončenie licencie|Rôzne ustanovenia|"
        "Súdna príslušnosť|Rozhodné právo",
    ),
    "sl": _version(
        "JAVNA LICENCA EVROPSKE UNIJE", "Evropska unija", "Evropska skupnost",
        "Opredelitve|Obseg pravic, podeljenih z licenco|Sporočanje izvorne kode|Omejitve avtorske pravice|"
        "Obveznosti pridobitelja licence|Veriga avtorstva|Izključitev jamstva|Izključitev odgovornosti|"
        "Dodatni dogovori|Sprejetje licence|Obveščanje javnosti|Prenehanje licence|Razno|Pristojnost|"
        "Pravo, ki se uporablja",
    ),
    "sv": _version(
        "LICENS TILL ÖPPEN KÄLLKOD FRÅN EUROPEISKA UNIONEN", "Europeiska unionen", "Europeiska gemenskapen",
        "Definitioner|Omfattningen av de rättigheter som licensen ger|Spridning av källkoden|"
        "Begränsningar i upphovsrätten|Licenstagarens skyldigheter|Upphovsmannakedja|Garantifriskrivning|"
        "Ansvarsfriskrivning|Ytterligare avtal|Godkännande av licensen|Information till allmänheten|"
        "Licensens upphörande|Övrigt|Behörig domstol|Tillämplig lag",
    ),
    "en": _version(
        "EUROPEAN UNION PUBLIC LICENCE", "the European Union", "the European Community",
        "Definitions|Scope of the rights granted by the Licence|Communication of the Source Code|"
        "Limitations on copyright|Obligations of the Licensee|Chain of Authorship|Disclaimer of Warranty|"
        "Disclaimer of Liability|Additional agreements|Acceptance of the Licence|Information to the public|"
        "Termination of the Licence|Miscellaneous|Jurisdiction|Applicable Law",
    ),
}  # fmt: skip

_FILLER = "xy zq, vor 17 wq lim (Art. 3) nok: zz EUPL rr 2 tt, uu vv.\n— ab cd ef;\n— gh ij kl mn op."


def built(language: str, number: str = "1.2", articles: int = 15, appendix: bool = True) -> str:
    """The text of one language version, with so many of its articles."""
    version = VERSIONS[language]
    holder = version.union if number == "1.2" else version.community
    years = "2007, 2016" if number == "1.2" else "2007"
    head = f"{version.title} v. {number}\nEUPL © {holder} {years}\n\nab cd («EUPL») ef gh.\n\n   xx EUPL V.{number}\n\n"
    body = "\n\n".join(f"{n}. {heading}\n\n{_FILLER}" for n, heading in enumerate(version.headings[:articles], 1))
    return head + body + (f"\n\nxx\n{APPENDIX}" if appendix and number == "1.2" else "\n")
