import static org.semanticweb.owlapi.model.parameters.Imports.INCLUDED;
import static org.semanticweb.owlapi.vocab.OWL2Datatype.XSD_DECIMAL;
import static org.semanticweb.owlapi.vocab.OWL2Datatype.XSD_STRING;

import java.io.File;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.formats.FunctionalSyntaxDocumentFormat;
import org.semanticweb.owlapi.formats.ManchesterSyntaxDocumentFormat;
import org.semanticweb.owlapi.formats.OWLXMLDocumentFormat;
import org.semanticweb.owlapi.formats.RDFXMLDocumentFormat;
import org.semanticweb.owlapi.formats.TurtleDocumentFormat;
import org.semanticweb.owlapi.model.*;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.util.OWLEntityRemover;
import org.semanticweb.owlapi.util.OWLEntityRenamer;
import org.semanticweb.owlapi.util.SimpleIRIMapper;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Does with an ontology what Protégé does, by the OWL API (version 5, the successor of the one inside Protégé 5).
 *
 * <pre>
 * roundtrip FOLDER FILE...                    is it in OWL 2 DL; save it in five syntaxes; are the axioms the same
 * edit IN OUT SYNTAX EDIT[,EDIT...] [IN ...]  make edits as an ontologist would, and save
 * </pre>
 *
 * SYNTAX is ttl, rdf, owx, ofn or omn.  EDIT is the name of a case in {@link #edit}.
 */
public class OwlApi {
    static final String PEN = "https://w3id.org/penchant/ontology#";
    static final String SHOP = "https://shop.example/ontology#";
    static final String SKOS = "http://www.w3.org/2004/02/skos/core#";
    static final String RDFS = "http://www.w3.org/2000/01/rdf-schema#";
    static final String DCTERMS = "http://purl.org/dc/terms/";

    final OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
    final OWLDataFactory make = manager.getOWLDataFactory();
    final OWLOntology ontology;

    OwlApi(File file) throws Exception {
        mapImports(new File(file.getAbsoluteFile().getParentFile(), "catalog-v001.xml"));
        ontology = manager.loadOntologyFromOntologyDocument(file);
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("roundtrip")) {
            for (int i = 2; i < arguments.length; i++) new OwlApi(new File(arguments[i])).roundTrip(new File(arguments[i]), arguments[1]);
        } else {
            for (int i = 1; i < arguments.length; i += 4) {
                OwlApi api = new OwlApi(new File(arguments[i]));
                for (String name : arguments[i + 3].split(",")) api.edit(name);
                api.save(new File(arguments[i + 1]), arguments[i + 2]);
            }
        }
    }

    /** Finds imported ontologies beside the file, by the catalogue that Protégé uses. */
    void mapImports(File catalogue) throws Exception {
        if (!catalogue.exists()) return;
        NodeList entries = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(catalogue).getElementsByTagName("uri");
        for (int i = 0; i < entries.getLength(); i++) {
            Element entry = (Element) entries.item(i);
            File file = new File(catalogue.getParentFile(), entry.getAttribute("uri"));
            manager.getIRIMappers().add(new SimpleIRIMapper(IRI.create(entry.getAttribute("name")), IRI.create(file.toURI())));
        }
    }

    void roundTrip(File file, String folder) throws Exception {
        String stem = file.getName().replaceFirst("\\.[^.]*$", "");
        System.out.println(stem + " axioms " + ontology.getAxiomCount());
        for (OWLProfileViolation violation : new OWL2DLProfile().checkOntology(ontology).getViolations())
            System.out.println(stem + " violation " + violation);
        for (String syntax : formats().keySet()) {
            File saved = new File(folder, stem + "." + syntax);
            save(saved, syntax);
            OWLOntologyManager other = OWLManager.createOWLOntologyManager();
            other.getIRIMappers().set(manager.getIRIMappers());
            Set<OWLAxiom> before = ontology.axioms().collect(Collectors.toSet());
            Set<OWLAxiom> after = other.loadOntologyFromOntologyDocument(saved).axioms().collect(Collectors.toSet());
            Set<OWLAxiom> lost = new HashSet<>(before), more = new HashSet<>(after);
            lost.removeAll(after);
            more.removeAll(before);
            Set<OWLAxiom> imported = ontology.axioms(INCLUDED).collect(Collectors.toSet());
            // Manchester syntax has to declare whatever it names
            boolean same = lost.isEmpty() && more.stream().allMatch(axiom -> imported.contains(axiom) || declaresBuiltIn(axiom));
            String verdict = !same ? "changed" : more.isEmpty() ? "same" : "same, declares built-in or imported terms too";
            System.out.println(stem + " " + syntax + " " + verdict);
            if (!same) {
                for (OWLAxiom axiom : new TreeSet<>(lost)) System.out.println("  lost " + axiom);
                for (OWLAxiom axiom : new TreeSet<>(more)) System.out.println("  more " + axiom);
            }
        }
    }

    static boolean declaresBuiltIn(OWLAxiom axiom) {
        if (!(axiom instanceof OWLDeclarationAxiom)) return false;
        return ((OWLDeclarationAxiom) axiom).getEntity().getIRI().isReservedVocabulary();
    }

    static Map<String, OWLDocumentFormat> formats() {
        Map<String, OWLDocumentFormat> formats = new LinkedHashMap<>();
        formats.put("ttl", new TurtleDocumentFormat());
        formats.put("rdf", new RDFXMLDocumentFormat());
        formats.put("owx", new OWLXMLDocumentFormat());
        formats.put("ofn", new FunctionalSyntaxDocumentFormat());
        formats.put("omn", new ManchesterSyntaxDocumentFormat());
        return formats;
    }

    void save(File file, String syntax) throws Exception {
        OWLDocumentFormat format = formats().get(syntax), former = manager.getOntologyFormat(ontology);
        if (former.isPrefixOWLDocumentFormat())
            format.asPrefixOWLDocumentFormat().copyPrefixesFrom(former.asPrefixOWLDocumentFormat());
        manager.saveOntology(ontology, format, IRI.create(file.toURI()));
    }

    void edit(String name) {
        OWLNamedIndividual view = individual(PEN + "View");
        switch (name) {
            case "kind" -> {
                OWLNamedIndividual gaze = individual(SHOP + "Gaze");
                add(make.getOWLClassAssertionAxiom(type(PEN + "BehaviourKind"), gaze));
                relate(gaze, PEN + "stance", PEN + "InterestedStance");
                number(gaze, "intensity", "0.5");
                number(gaze, "reliability", "0.4");
                number(gaze, "halfLifeDays", "90.0");
                describe(gaze, "gaze", "注视", "The person looked at the item for a long while.", "此人长时间注视该物品。");
                note(gaze.getIRI(), RDFS + "comment", "A long look is more than a glance, and less than a purchase.", "en");
                note(gaze.getIRI(), RDFS + "comment", "久看胜于一瞥，但不及购买。", "zh");
            }
            case "class" -> {
                OWLClass coffee = type(SHOP + "Coffee");
                OWLDataProperty roast = make.getOWLDataProperty(IRI.create(SHOP + "roastLevel"));
                OWLObjectProperty origin = property(SHOP + "origin");
                declare(coffee, roast, origin);
                add(make.getOWLSubClassOfAxiom(coffee, type(PEN + "Item")));
                add(make.getOWLSubClassOfAxiom(coffee, make.getOWLDataExactCardinality(1, roast)));
                add(make.getOWLSubClassOfAxiom(coffee, make.getOWLObjectMaxCardinality(1, origin)));
                add(make.getOWLDataPropertyDomainAxiom(roast, coffee));
                add(make.getOWLDataPropertyRangeAxiom(roast, make.getIntegerOWLDatatype()));
                add(make.getOWLSubObjectPropertyOfAxiom(origin, property(PEN + "hasConcept")));
                add(make.getOWLObjectPropertyDomainAxiom(origin, coffee));
                describe(coffee, "coffee", "咖啡", "Roasted coffee beans that the shop sells.", "商店出售的烘焙咖啡豆。");
                describe(roast, "roast level", "烘焙度", "How dark the beans are roasted, from 1 to 5.", "咖啡豆的烘焙深浅，从 1 到 5。");
                describe(origin, "origin", "产地", "The region where the beans were grown.", "咖啡豆的种植地区。");
            }
            case "scheme" -> {
                OWLNamedIndividual tastes = individual(SHOP + "Tastes");
                add(make.getOWLClassAssertionAxiom(type(SKOS + "ConceptScheme"), tastes));
                describe(tastes, "tastes", "风味", "What a coffee tastes of.", "咖啡的风味。");
                concept("Fruity", "fruity", "果香", "fruit notes", "水果味");
                concept("Berry", "berry", "莓果", "berries", "浆果");
                concept("Nutty", "nutty", "坚果香", "nut notes", "坚果味");
                relate(individual(SHOP + "Berry"), SKOS + "broader", SHOP + "Fruity");
            }
            case "stance" -> nostalgia();
            case "number" -> {
                remove(view, "halfLifeDays");
                number(view, "halfLifeDays", "45.0");
            }
            case "unsatisfiable" -> {
                OWLClass impossible = type(SHOP + "LivingInterest");
                declare(impossible);
                add(make.getOWLSubClassOfAxiom(impossible, type(PEN + "Interest")));
                add(make.getOWLSubClassOfAxiom(impossible, type(PEN + "Person")));
                describe(impossible, "living interest", "活的兴趣", "An interest that is a person.", "既是兴趣又是人的事物。");
            }
            case "remove" -> {
                OWLEntityRemover remover = new OWLEntityRemover(ontology);
                remover.visit(individual(PEN + "Click"));
                manager.applyChanges(remover.getChanges());
                // what is said of a term by its IRI is no use of the entity; Protégé deletes it too
                ontology.annotationAssertionAxioms(IRI.create(PEN + "Click")).collect(Collectors.toList()).forEach(ontology::remove);
            }
            case "datatype" -> {
                remove(view, "intensity");
                value(view, "intensity", make.getOWLLiteral("strong", XSD_STRING));
            }
            case "rename" -> {
                IRI old = IRI.create(SHOP + "Coffee"), now = IRI.create(SHOP + "CoffeeBeans");
                manager.applyChanges(new OWLEntityRenamer(manager, Set.of(ontology)).changeIRI(old, now));
                add(make.getOWLAnnotationAssertionAxiom(annotation(DCTERMS + "replaces"), now, old));
            }
            default -> throw new IllegalArgumentException("no edit is called " + name);
        }
    }

    void nostalgia() {
        OWLNamedIndividual stance = individual(SHOP + "NostalgicStance");
        add(make.getOWLClassAssertionAxiom(type(PEN + "Stance"), stance));
        relate(stance, PEN + "refines", PEN + "LikesStance");
        value(stance, "word", make.getOWLLiteral("nostalgic"));
        describe(
            stance, "nostalgic", "怀旧",
            "The holder is fond of the thing because it belongs to their own past.",
            "持有者因该事物属于自己的过去而喜爱它。");
        String[] english = {
            "I loved those cartoons when I was a child.",
            "That jingle takes me straight back to primary school.",
            "We had this board game at my grandparents' house, and I still smile when I see it.",
            "Nothing brings back my teenage summers like that album.",
            "It was the first comic I ever read, and I am fond of it to this day.",
        };
        String[] chinese = {
            "小时候我最爱看这部动画片。",
            "一听到这首歌，我就想起上小学的日子。",
            "这种汽水是我童年的味道，至今难忘。",
            "当年我和哥哥天天玩这个游戏，真怀念。",
            "这是我读的第一本漫画，现在想起来还很亲切。",
        };
        for (String example : english) note(stance.getIRI(), SKOS + "example", example, "en");
        for (String example : chinese) note(stance.getIRI(), SKOS + "example", example, "zh");
    }

    void concept(String name, String english, String chinese, String otherEnglish, String otherChinese) {
        OWLNamedIndividual concept = individual(SHOP + name);
        declare(concept);
        add(make.getOWLClassAssertionAxiom(type(PEN + "Concept"), concept));
        relate(concept, SKOS + "inScheme", SHOP + "Tastes");
        note(concept.getIRI(), SKOS + "prefLabel", english, "en");
        note(concept.getIRI(), SKOS + "prefLabel", chinese, "zh");
        note(concept.getIRI(), SKOS + "altLabel", otherEnglish, "en");
        note(concept.getIRI(), SKOS + "altLabel", otherChinese, "zh");
    }

    void describe(OWLEntity term, String english, String chinese, String definition, String chineseDefinition) {
        declare(term);
        note(term.getIRI(), RDFS + "label", english, "en");
        note(term.getIRI(), RDFS + "label", chinese, "zh");
        note(term.getIRI(), SKOS + "definition", definition, "en");
        note(term.getIRI(), SKOS + "definition", chineseDefinition, "zh");
    }

    void note(IRI term, String property, String text, String language) {
        add(make.getOWLAnnotationAssertionAxiom(annotation(property), term, make.getOWLLiteral(text, language)));
    }

    void relate(OWLNamedIndividual one, String property, String other) {
        add(make.getOWLObjectPropertyAssertionAxiom(property(property), one, individual(other)));
    }

    void number(OWLNamedIndividual individual, String property, String number) {
        value(individual, property, make.getOWLLiteral(number, XSD_DECIMAL));
    }

    void value(OWLNamedIndividual individual, String property, OWLLiteral value) {
        add(make.getOWLDataPropertyAssertionAxiom(data(property), individual, value));
    }

    void remove(OWLNamedIndividual individual, String property) {
        ontology.dataPropertyAssertionAxioms(individual)
            .filter(axiom -> axiom.getProperty().equals(data(property)))
            .collect(Collectors.toList())
            .forEach(ontology::remove);
    }

    void declare(OWLEntity... terms) {
        for (OWLEntity term : terms) add(make.getOWLDeclarationAxiom(term));
    }

    void add(OWLAxiom axiom) {
        ontology.add(axiom);
    }

    OWLClass type(String iri) {
        return make.getOWLClass(IRI.create(iri));
    }

    OWLNamedIndividual individual(String iri) {
        return make.getOWLNamedIndividual(IRI.create(iri));
    }

    OWLObjectProperty property(String iri) {
        return make.getOWLObjectProperty(IRI.create(iri));
    }

    OWLDataProperty data(String name) {
        return make.getOWLDataProperty(IRI.create(PEN + name));
    }

    OWLAnnotationProperty annotation(String iri) {
        return make.getOWLAnnotationProperty(IRI.create(iri));
    }
}
