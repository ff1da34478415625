import java.io.File;
import java.util.HashSet;
import java.util.Set;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.io.OWLFunctionalSyntaxOntologyFormat;
import org.semanticweb.owlapi.io.OWLXMLOntologyFormat;
import org.semanticweb.owlapi.io.RDFXMLOntologyFormat;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLAxiom;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyFormat;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileReport;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.coode.owlapi.turtle.TurtleOntologyFormat;

/** Loads an ontology as Protégé does, checks the OWL 2 DL profile, saves it in four syntaxes and compares axioms. */
public class OwlApi {
    public static void main(String[] arguments) throws Exception {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        OWLOntology ontology = manager.loadOntologyFromOntologyDocument(new File(arguments[0]));
        System.out.println("version " + ontology.getOntologyID().getVersionIRI());
        OWLProfileReport report = new OWL2DLProfile().checkOntology(ontology);
        for (OWLProfileViolation violation : report.getViolations()) System.out.println("violation " + violation);
        OWLOntologyFormat[] formats = {
            new TurtleOntologyFormat(), new RDFXMLOntologyFormat(), new OWLXMLOntologyFormat(),
            new OWLFunctionalSyntaxOntologyFormat()
        };
        for (OWLOntologyFormat format : formats) {
            File saved = new File(arguments[1], format.getClass().getSimpleName());
            manager.saveOntology(ontology, format, IRI.create(saved.toURI()));
            OWLOntology again = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(saved);
            Set<OWLAxiom> before = new HashSet<>(ontology.getAxioms()), after = new HashSet<>(again.getAxioms());
            System.out.println((before.equals(after) ? "same " : "changed ") + format);
        }
    }
}
