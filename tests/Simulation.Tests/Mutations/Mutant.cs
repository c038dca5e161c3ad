using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Headroom.Simulation.Tests.Mutations;

/// <summary>A project compiled with a mutation, and this assembly loaded once more above it.</summary>
internal sealed class Mutant : AssemblyLoadContext
{
    // What the projects are compiled with: see their project files.
    private const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;

        """;

    private const string OrleansUsings = """
        global using Orleans;
        global using Orleans.Hosting;
        global using Orleans.Runtime;
        """;

    private const string Friends = """
        using System.Runtime.CompilerServices;
        [assembly: InternalsVisibleTo("Headroom.Client")]
        [assembly: InternalsVisibleTo("Headroom.Grains")]
        [assembly: InternalsVisibleTo("Headroom.Simulation.Tests")]
        """;

    private static readonly ConcurrentDictionary<string, CSharpCompilation> Compilations = new(StringComparer.Ordinal);

    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);

    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        optimizationLevel: OptimizationLevel.Release,
        checkOverflow: true,
        nullableContextOptions: NullableContextOptions.Enable);

    private readonly string _assembly;
    private readonly byte[] _image;

    private Mutant(string assembly, byte[] image)
        : base(assembly, isCollectible: false) => (_assembly, _image) = (assembly, image);

    /// <summary>Compiles a project with a mutation.</summary>
    /// <exception cref="InvalidOperationException">
    /// The text is not found exactly once, or what stands there instead does not compile: the mutation needs mending.
    /// </exception>
    internal static Mutant Make(Mutation mutation, string root)
    {
        string path = Path.Combine(root, mutation.File);
        CSharpCompilation whole = Whole(mutation.Project, root);
        SyntaxTree before = whole.SyntaxTrees.Single(tree => tree.FilePath == path);
        CSharpCompilation changed = whole.ReplaceSyntaxTree(before, Parse(Apply(mutation, before.ToString()), path));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = changed.Emit(image);
        return result.Success ? new Mutant(whole.AssemblyName!, image.ToArray()) : throw new InvalidOperationException(
            $"The mutation {mutation.Id} does not compile: " + string.Join(
                Environment.NewLine,
                result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Take(5)));
    }

    /// <summary>Looks for a world in which something does not hold.</summary>
    /// <returns>How many worlds it took, and what did not hold; null for none.</returns>
    internal (int Seeds, string? Violation) Hunt(ulong from, int most)
    {
        Assembly self = LoadFromAssemblyName(typeof(Mutant).Assembly.GetName());
        var hunt = self.GetType(typeof(Runs.Hunt).FullName!, throwOnError: true)!
            .GetMethod(nameof(Runs.Hunt.First), BindingFlags.Static | BindingFlags.NonPublic)!
            .CreateDelegate<Func<ulong, int, (int, string?)>>();
        return hunt(from, most);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        return name == _assembly ? LoadFromStream(new MemoryStream(_image))
            : name.StartsWith("Headroom.", StringComparison.Ordinal)
                ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"))
            : null;
    }

    /// <summary>The text of its file with the mutation.</summary>
    /// <exception cref="InvalidOperationException">What it looks for is not there exactly once.</exception>
    internal static string Apply(Mutation mutation, string text)
    {
        int at = text.IndexOf(mutation.Text, StringComparison.Ordinal);
        return at >= 0 && text.IndexOf(mutation.Text, at + 1, StringComparison.Ordinal) < 0
            ? text.Replace(mutation.Text, mutation.Replacement, StringComparison.Ordinal)
            : throw new InvalidOperationException(
                $"The mutation {mutation.Id} looks for \"{mutation.Text}\" in {mutation.File}, which has to be there "
                + $"exactly once and is there {(at < 0 ? "not at all" : "more than once")}: the code has changed, and "
                + "the mutation has to follow.");
    }

    // Read once for all mutations of a project.
    private static CSharpCompilation Whole(string project, string root) => Compilations.GetOrAdd(project, _ =>
    {
        string usings = project == "Core" ? GlobalUsings : GlobalUsings + OrleansUsings;
        List<SyntaxTree> trees = [Parse(Friends), Parse(usings)];
        foreach (string path in Directory.EnumerateFiles(
            Path.Combine(root, "src", project), "*.cs", SearchOption.AllDirectories))
        {
            string inside = Path.GetRelativePath(root, path);
            if (!inside.Contains("/obj/", StringComparison.Ordinal)
                && !inside.Contains("/bin/", StringComparison.Ordinal))
            {
                SyntaxTree tree = Parse(File.ReadAllText(path), path);
                trees.Add(tree);
                if (LogMethods(tree) is { } logs)
                {
                    trees.Add(logs);
                }
            }
        }

        string assembly = $"Headroom.{project}";
        return CSharpCompilation.Create(assembly, trees, References(assembly), Options);
    });

    private static SyntaxTree Parse(string text, string path = "") =>
        CSharpSyntaxTree.ParseText(SourceText.From(text), Language, path);

    private static IEnumerable<MetadataReference> References(string except)
    {
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return trusted.Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) != except)
            .Where(path => !Path.GetFileName(path).StartsWith("Headroom.Simulation", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
    }

    // What the generator of log methods would write, in its plainest form.
    private static SyntaxTree? LogMethods(SyntaxTree tree)
    {
        CompilationUnitSyntax unit = tree.GetCompilationUnitRoot();
        MethodDeclarationSyntax[] methods =
        [
            .. unit.DescendantNodes().OfType<MethodDeclarationSyntax>().Where(method => method.AttributeLists
                .SelectMany(list => list.Attributes)
                .Any(attribute => attribute.Name.ToString() == "LoggerMessage")),
        ];
        if (methods.Length == 0)
        {
            return null;
        }

        var type = (ClassDeclarationSyntax)methods[0].Parent!;
        string space = unit.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().Single().Name.ToString();
        IEnumerable<string> bodies = methods.Select(method =>
        {
            string level = method.AttributeLists[0].Attributes[0].ArgumentList!.Arguments[1].ToString();
            string error = method.ParameterList.Parameters
                .FirstOrDefault(parameter => parameter.Type!.ToString() == "Exception")?.Identifier.Text ?? "null";
            return $"{method.Modifiers} void {method.Identifier}{method.ParameterList} => "
                + $"LoggerExtensions.Log(logger, {level}, {error}, \"{method.Identifier}\");";
        });
        return Parse(
            $"{unit.Usings}\nnamespace {space};\npartial class {type.Identifier}\n{{\n{string.Join('\n', bodies)}\n}}");
    }
}
